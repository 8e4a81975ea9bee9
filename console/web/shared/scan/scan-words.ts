/** Words of scanning. */
import { speaker } from "../words.ts";

export const say = speaker({
  camera: { zh: "摄像头画面", en: "Picture of the camera" },
  cameraMissing: {
    zh: "没有可用的摄像头（网址须为 https）。请拍一张二维码照片，或输入编号。",
    en: "There is no camera to use (it needs an https address). Take a photo of the code, or type what stands beside it.",
  },
  cameraRefused: {
    zh: "浏览器没有获准使用摄像头。请在浏览器的网站权限里允许，或拍一张二维码照片，或输入编号。",
    en: "The browser was not allowed the camera. Allow it in the site's permissions, take a photo of the code, or type what stands beside it.",
  },
  noCode: {
    zh: "照片里没有认出二维码。请靠近、对正、避开反光再拍一张，或输入编号。",
    en: "No code was found on the photo. Take another, nearer, straight and without glare, or type what stands beside it.",
  },
  noPhoto: { zh: "这个文件不是能读取的照片。", en: "This file is no photo that can be read." },
  photo: { zh: "拍摄或选择二维码照片", en: "Take or choose a photo of the code" },
  reading: { zh: "正在识别……", en: "Reading …" },
});
