/**
 * What is asked for twice, since it cannot be taken back, is not answered by a double click: its second
 * click is no second thought. Pure. A key's click counts as none.
 */
export const isDoubled = ({ detail }: Pick<MouseEvent, "detail">): boolean => detail > 1;
