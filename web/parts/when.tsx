import { useLanguage } from '../lib/language.tsx'

/**
 * A time in the reader's zone, in UTC on hover; a day alone with `isDay`, seconds too with `isExact`. What is told as a day, such as "2026-11-29", is that
 * day in every zone.
 */
export function When(about: { readonly at: string; readonly isDay?: boolean; readonly isExact?: boolean }) {
  const { at, isDay = false, isExact = false } = about
  const { language } = useLanguage()
  const time = new Date(at)
  const isToldAsDay = /^\d{4}-\d\d-\d\d$/.test(at)
  const how: Intl.DateTimeFormatOptions =
    isDay || isToldAsDay
      ? { year: 'numeric', month: 'short', day: 'numeric', ...(isToldAsDay ? { timeZone: 'UTC' } : {}) }
      : { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23', ...(isExact ? { second: '2-digit' } : {}) }
  return (
    <time className="nowrap" dateTime={at} title={isToldAsDay ? at : time.toISOString().replace('T', ' ').replace('Z', ' UTC')}>
      {new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en', how).format(time)}
    </time>
  )
}
