type Shape = readonly [shape: RegExp, told: string]

const REFUSED: readonly Shape[] = [
  [/^(?:bearer|basic)\s/i, 'a whole Authorization header; give what follows the word Bearer'],
  [/^(?:set-)?cookie:/i, 'a browser cookie, not an API key'],
  [/^sk-ant-(?!api)[a-z]{3}\d*-/, 'the login of a person at Claude (OAuth or session), not an API key'],
  [/^sess-/, 'the login of a person at OpenAI (session), not an API key'],
  [/^rt_/, 'a refresh token of a ChatGPT login, not an API key'],
  [/^ya29\./, 'an access token of a Google login, which ends within the hour, not an API key'],
  [/^1\/\/0/, 'a refresh token of a Google login, not an API key'],
  [/^g\.a\d{3}/, 'a cookie of a Google login, not an API key'],
  [/^gh[opsur]_/, 'the login of a person at GitHub, not an API key'],
  [/^ASIA[A-Z0-9]{16}(?::|$)/, 'a key of AWS that ends within hours, as it is that of a session'],
  [/^tid=/, 'a token of GitHub Copilot, which ends within the hour, not an API key'],
  [/^sk-(?:sp|cp|kimi)-/, 'the key of a coding plan, which is for one person and is not to be resold'],
  [/(?:^|;)\s*(?:__Secure-|__Host-|sessionKey=|session[_-]?(?:id|token)=|[\w-]+=[^;]+;)/i, 'a browser cookie, not an API key'],
]

/** Signed or sealed; of the sealed ones the second part may be empty. A cookie of some sites has a name before it. */
const LOGIN_TOKEN = /^(?:[\w-]+(?:::|%3A%3A))?eyJ[\w-]*\.([\w-]*)\./

/**
 * Says what a text is that is not a provider's API key: logins of a person's subscription are refused by shape, as reselling those is
 * against every provider's terms. Undefined when nothing speaks against it.
 */
export function refusedKeyShape(key: string): string | undefined {
  return REFUSED.find(([shape]) => shape.test(key))?.[1] ?? refusedToken(key)
}

function refusedToken(key: string): string | undefined {
  const payload = LOGIN_TOKEN.exec(key)?.[1]
  return payload === undefined || isMiniMaxKey(payload) ? undefined : 'a signed login token (JWT), not an API key'
}

/** MiniMax's older API keys are tokens that it signed and that never end. Source: https://platform.minimax.io/docs/faq/about-apis (2026-11-26). */
function isMiniMaxKey(payload: string): boolean {
  try {
    const told: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString())
    return typeof told === 'object' && told !== null && 'iss' in told && told.iss === 'minimax' && !('exp' in told)
  } catch {
    return false
  }
}
