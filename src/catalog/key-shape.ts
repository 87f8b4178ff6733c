const REFUSED: readonly (readonly [RegExp, string])[] = [
  [/^bearer\s/i, 'a whole Authorization header; give what follows the word Bearer'],
  [/^sk-ant-(?!api)[a-z]{3}\d*-/, 'the login of a person at Claude (OAuth or session), not an API key'],
  [/^sess-/, 'the login of a person at OpenAI (session), not an API key'],
  [/^ya29\./, 'an access token of a Google login, which ends within the hour, not an API key'],
  [/^gh[opsu]_/, 'the login of a person at GitHub, not an API key'],
  [/^eyJ[\w-]*\.[\w-]+/, 'a signed login token (JWT), not an API key'],
  [/(?:^|;)\s*(?:__Secure-|__Host-|sessionKey=|session[_-]?(?:id|token)=|[\w-]+=[^;]+;)/i, 'a browser cookie, not an API key'],
]

/**
 * Says what a text is that is not a provider's API key: logins of a person's subscription are refused by shape, as reselling those is
 * against every provider's terms. Undefined when nothing speaks against it.
 */
export function refusedKeyShape(key: string): string | undefined {
  return REFUSED.find(([shape]) => shape.test(key))?.[1]
}
