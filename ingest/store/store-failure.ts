/**
 * What DuckDB says of a fault, in the words of somebody who must do something about it.
 */
export function explain(text: string, directory: string): string {
  const store = `store of readings '${directory}'`;
  const holder = /lock is held in (.*?\(PID \d+\))/.exec(text)?.[1];
  if (/Could not set lock/.test(text)) {
    return `${store} is held by ${holder ?? "another process"}; stop it, or use another data folder`;
  }
  if (/No space left|Disk quota|File too large/i.test(text)) {
    return `${store}: the disk is full (${firstLine(text)}); free space and start again`;
  }
  if (/Permission denied|Read-only file system/i.test(text)) {
    return `${store} cannot be written (${firstLine(text)}); give this user the right to write there`;
  }
  if (/not a valid DuckDB|corrupt|checksum|Serialization Error/i.test(text)) {
    return `${store} is damaged (${firstLine(text)}); restore the folder from a backup, or move it away to begin an empty one`;
  }
  return `${store}: ${firstLine(text)}`;
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? text;
}
