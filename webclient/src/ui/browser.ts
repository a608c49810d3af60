/**
 * Which browser and system this is, to name the right steps when a device is refused.
 *
 * Not here: any decision about what the page can do; features are asked for where they are used.
 */

export type BrowserName = "chrome" | "edge" | "firefox" | "safari" | "ios" | "android" | "other";
export type SystemName = "windows" | "mac" | "ios" | "android" | "linux";

export function browserOf(userAgent: string): BrowserName {
  const system = systemOf(userAgent);
  if (system === "ios") return "ios";
  if (/Firefox\//.test(userAgent)) return "firefox";
  if (system === "android") return "android";
  if (/Edg\//.test(userAgent)) return "edge";
  if (/Chrome\//.test(userAgent)) return "chrome";
  return /Safari\//.test(userAgent) ? "safari" : "other";
}

export function systemOf(userAgent: string): SystemName {
  if (/iPhone|iPad|iPod/.test(userAgent)) return "ios";
  if (/Android/.test(userAgent)) return "android";
  if (/Windows/.test(userAgent)) return "windows";
  return /Mac OS X/.test(userAgent) ? "mac" : "linux";
}
