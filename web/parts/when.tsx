import { useLanguage } from '../lib/language.tsx'

/** A time in the reader's zone, in UTC on hover; a day alone with `isDay`, seconds too with `isExact`. */
export function When(about: { readonly at: string; readonly isDay?: boolean; readonly isExact?: boolean }) {
  const { at, isDay = false, isExact = false } = about
  const { language } = useLanguage()
  const time = new Date(at)
  const how: Intl.DateTimeFormatOptions = isDay
    ? { year: 'numeric', month: 'short', day: 'numeric' }
    : { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23', ...(isExact ? { second: '2-digit' } : {}) }
  return (
    <time className="nowrap" dateTime={at} title={time.toISOString().replace('T', ' ').replace('Z', ' UTC')}>
      {new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en', how).format(time)}
    </time>
  )
}
