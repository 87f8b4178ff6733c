import { useLanguage } from '../../lib/language.tsx'

/** Days as they are written in sentences, in the reader's language and zone. */
export function useLongDay(): (at: string) => string {
  const { language } = useLanguage()
  return (at) => new Date(at).toLocaleDateString(language === 'zh' ? 'zh-CN' : 'en-GB', { dateStyle: 'long' })
}
