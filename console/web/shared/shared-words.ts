/** The words that every page has in common. */
import { speaker } from "./words.ts";

export const say = speaker({
  again: { zh: "重试", en: "Try again" },
  close: { zh: "关闭", en: "Close" },
  connectionLive: { zh: "实时", en: "live" },
  connectionLost: { zh: "连接中断，正在重连", en: "connection lost, trying again" },
  connectionWaiting: { zh: "连接中", en: "connecting" },
  faultNotOurs: {
    zh: "平台没有正常应答（{message}），请稍后重试。",
    en: "The platform did not answer as it should ({message}); try again later.",
  },
  faultOriginal: { zh: "平台原文：{message}", en: "The platform says: {message}" },
  faultRefused: { zh: "平台未接受。", en: "The platform refused." },
  faultSelf: { zh: "页面出错：{message}", en: "The page has failed: {message}" },
  faultUnreachable: {
    zh: "平台没有应答。请检查网络，稍后重试。",
    en: "The platform does not answer. Check the network and try again.",
  },
  loading: { zh: "加载中……", en: "Loading …" },
  otherLanguage: { zh: "English", en: "中文" },
  ownPassword: { zh: "修改密码", en: "Change the password" },
  password: { zh: "密码", en: "Password" },
  ruleOf: { zh: "规则 {id}", en: "rule {id}" },
  scan: { zh: "扫二维码", en: "Scan a QR code" },
  scanStop: { zh: "关闭扫码", en: "Stop scanning" },
  sessionEnded: {
    zh: "登录已过期。请重新登录：已填写的内容都还在。",
    en: "The session has ended. Sign in again: what you have typed is still here.",
  },
  signIn: { zh: "登录", en: "Sign in" },
  signInLocked: {
    zh: "尝试次数过多，请 {n} 秒后再试。",
    en: "Too many attempts; try again in {n} s.",
  },
  signInWrong: {
    zh: "用户名或密码不对。",
    en: "The user name or the password is wrong.",
  },
  signOut: { zh: "退出", en: "Sign out" },
  switchLanguage: { zh: "Switch to English", en: "切换为中文" },
  username: { zh: "用户名", en: "User name" },
  more: { zh: "更多", en: "More" },
  shown: { zh: "已显示 {n} 条", en: "{n} shown" },
  shownAll: { zh: "共 {n} 条，已全部显示", en: "{n}, all shown" },
});
