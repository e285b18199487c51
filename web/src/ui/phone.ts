import type { Locale } from '@/api/types'

/** Country codes of one and of two digits (ITU-T E.164); all others have three. */
const CODES = /^(?:1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58])/
/** Chinese mobiles and service numbers (400, 800), which are dialled at home as they stand. */
const CHINESE_WHOLE = /^(?:(1\d{2})(\d{4})(\d{4})|([48]00)(\d{3})(\d{4}))$/
/** What stands behind the area code of Chinese fixed lines: 10 and 2x are short ones. */
const CHINESE_AREA = /^(10|2\d|\d{3})(\d{4})(\d{3,4})$/
const THREE = 3

/** Groups as they are read aloud: threes, the last of them up to four. */
function grouped(digits: string): string {
  const parts: string[] = []
  let rest = digits
  while (rest.length > THREE + 1) {
    parts.push(rest.slice(0, THREE))
    rest = rest.slice(THREE)
  }
  return [...parts, rest].join(' ')
}

function chinese(digits: string, home: boolean): string | null {
  const whole = CHINESE_WHOLE.exec(digits)
  const parts = whole ?? CHINESE_AREA.exec(digits)
  if (!parts) return null
  const spoken = parts.slice(1).filter(Boolean).join(' ')
  if (!home) return `+86 ${spoken}`
  return whole ? spoken : `0${spoken}`
}

/** An E.164 number as people write it; Chinese ones without their country in Chinese. What is
 * masked or no such number stays as it is. */
export function formatPhone(locale: Locale, value: string): string {
  const digits = /^\+(\d{6,15})$/.exec(value)?.[1]
  if (!digits) return value
  const code = CODES.exec(digits)?.[0] ?? digits.slice(0, THREE)
  const own = digits.slice(code.length)
  const known = code === '86' ? chinese(own, locale === 'zh-CN') : null
  return known ?? `+${code} ${grouped(own)}`
}
