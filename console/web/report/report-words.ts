/** Words of the citizens' page. */
import { speaker } from "../shared/words.ts";

export const say = speaker({
  title: { zh: "随手报", en: "Report a fault" },
  tabReport: { zh: "上报问题", en: "Report" },
  tabFollow: { zh: "查询进度", en: "Follow" },
  tabPlaces: { zh: "身边设施", en: "Nearby" },
  sections: { zh: "页面", en: "Pages" },
  what: { zh: "1 是什么问题？", en: "1 What is wrong?" },
  where: { zh: "2 在哪里？", en: "2 Where is it?" },
  send: { zh: "3 提交", en: "3 Send it" },
  find: { zh: "输入关键词查找类别", en: "Find a category by a word" },
  kinds: { zh: "类别", en: "Categories" },
  other: { zh: "返回全部类别", en: "All categories" },
  noKind: {
    zh: "没有匹配的类别，请直接在下面描述。",
    en: "No category fits. Just describe it below.",
  },
  chosen: { zh: "已选：{title}", en: "Chosen: {title}" },
  change: { zh: "更换", en: "Change" },
  describe: {
    zh: "描述（选填，请勿填写他人信息）",
    en: "In your words (nothing about other people)",
  },
  photo: { zh: "拍照或选照片", en: "Take or choose a photo" },
  photoHint: {
    zh: "最多 {n} 张，不会公开；照片里的位置信息会去掉。",
    en: "At most {n}. They are not published, and the place that a photo carries is taken out.",
  },
  photoOf: { zh: "照片 {n}", en: "Photo {n}" },
  remove: { zh: "删除照片 {n}", en: "Remove photo {n}" },
  notTaken: { zh: "这张照片无法读取，请换一张。", en: "This photo cannot be read. Take another." },
  plate: { zh: "设施牌编号", en: "Code on a plate" },
  plateHint: {
    zh: "设施上的二维码或编号，16 位数字",
    en: "By the QR code or on the plate, 16 digits",
  },
  plateKnown: { zh: "设施：{what}", en: "Facility: {what}" },
  notAPlate: {
    zh: "这不是设施牌的二维码。请对准设施牌，或填写编号。",
    en: "This is not the code of a plate. Scan the plate, or type its code.",
  },
  plateUnknown: {
    zh: "没有这个编号的设施。请核对，或用定位、地址。",
    en: "No facility has this code. Check it, or use your position or an address.",
  },
  elsewhere: { zh: "不是这个设施", en: "It is not this one" },
  locate: { zh: "用手机当前位置", en: "Use my position" },
  locating: { zh: "正在定位……", en: "Finding where you are …" },
  located: { zh: "已定位，误差约 {n} 米", en: "Found, to about {n} m" },
  notLocated: {
    zh: "无法定位。请填写地名，或设施牌编号。",
    en: "Your position cannot be found. Write an address, or the code on a plate.",
  },
  unlocate: { zh: "不用定位", en: "Do not use it" },
  address: { zh: "地址或地名", en: "Address or name of the place" },
  addressHint: {
    zh: "没有定位时，请写路名、小区或地标",
    en: "Without a position: a road, a compound or a landmark",
  },
  phone: { zh: "手机号（选填）", en: "Telephone (if you like)" },
  phoneHint: {
    zh: "只供经办人员回访，不公开、不在这里再显示。",
    en: "For those who handle it to ask back. Shown to nobody else, nor here again.",
  },
  submit: { zh: "提交", en: "Send" },
  lacksWhat: { zh: "请选择类别，或写一句描述。", en: "Choose a category, or describe it." },
  lacksWhere: {
    zh: "请定位，或填写设施牌编号、地址。",
    en: "Use your position, the code on a plate, or an address.",
  },
  waiting: { zh: "正在提交……", en: "Sending …" },
  waitingOffline: {
    zh: "网络不好，已保存在本机。网络恢复后自动提交一次，不会重复；可以继续用手机，请保留此页。",
    en: "The network is bad. It is kept here and goes out once it is back, and only once. Keep this page.",
  },
  withdraw: { zh: "先不提交，继续修改", en: "Do not send, go on writing" },
  tryNow: { zh: "现在重试", en: "Try now" },
  refused: { zh: "没有提交成功：{message}", en: "It was not taken: {message}" },
  unsure: {
    zh: "这条上报提交已超过一天，没有收到答复，可能已经收到。如仍需要，请再提交一次。",
    en: "This was sent more than a day ago without an answer, and may have come. Send it again if it is still so.",
  },
  outside: {
    zh: "位置不在本市范围内，请核对。",
    en: "The place is not in this city. Check it, or report it where it is.",
  },
  noPlace: {
    zh: "找不到这个地址。请用定位、设施牌编号，或写一个准确的地名。",
    en: "This address is not known. Use your position, the code on a plate, or the exact name of a place.",
  },
  badPhone: { zh: "手机号格式不对。", en: "The telephone number is not one." },
  badPhoto: {
    zh: "照片无法使用，请删除后重拍。",
    en: "A photo cannot be used. Remove it and take another.",
  },
  done: { zh: "已收到，谢谢！", en: "Received. Thank you!" },
  doneJoined: {
    zh: "谢谢！同一问题已有人上报，您的上报已并入，一起办理。",
    en: "Thank you! Somebody has reported the same; yours goes on together with it.",
  },
  yourNumber: { zh: "您的查询号", en: "Your number" },
  saveThis: {
    zh: "请保存：截图、抄下，或收藏下面的链接。不用登录就能查进度。",
    en: "Save this: a screenshot, a note, or the link below. With it you follow your report without signing in.",
  },
  follow: { zh: "查看进度", en: "Follow it" },
  copy: { zh: "复制链接", en: "Copy the link" },
  copied: { zh: "已复制", en: "Copied" },
  another: { zh: "再报一个", en: "Report another" },
});

/** Groups of categories in English, by kind and first two digits; the city's table has the Chinese. */
export const sayGroup = speaker({
  "c-01": { zh: "公用设施", en: "Utilities" },
  "c-02": { zh: "道路交通", en: "Roads and traffic" },
  "c-03": { zh: "市容环境设施", en: "Public amenities" },
  "c-04": { zh: "园林绿化", en: "Parks and trees" },
  "c-05": { zh: "其他部件", en: "Other facilities" },
  "c-21": { zh: "扩展部件", en: "Further facilities" },
  "e-01": { zh: "市容环境", en: "Dirt and litter" },
  "e-02": { zh: "宣传广告", en: "Advertising" },
  "e-03": { zh: "施工管理", en: "Building sites" },
  "e-04": { zh: "街面秩序", en: "Street order" },
  "e-05": { zh: "突发事件", en: "Emergencies" },
  "e-06": { zh: "其他事件", en: "Other events" },
});
