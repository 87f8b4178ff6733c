/** Gateways speak English, as programs read them; who reads Chinese here is told the same in Chinese. */
export async function inLanguage(message: string): Promise<string> {
  if (!document.documentElement.lang.startsWith('zh')) return message
  const { inChinese } = await import('./gateway-words.ts')
  return inChinese(message)
}
