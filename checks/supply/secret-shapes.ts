/** What a secret of others looks like, where it is one and no example. */
type Shape = { readonly kind: string; readonly pattern: RegExp }

/**
 * Shapes of keys by their fixed first letters, as those who give them out describe them; enough of what is random must follow, so that
 * words of examples are not taken for keys. Source: docs.github.com/code-security/secret-scanning/introduction/supported-secret-scanning-patterns (2026-11-27).
 */
const SHAPES: readonly Shape[] = [
  { kind: 'a key of OpenAI', pattern: /\bsk-(?:proj-|svcacct-|admin-)?[A-Za-z0-9_-]{20,}T3BlbkFJ[A-Za-z0-9_-]{20,}/g },
  { kind: 'a key of Anthropic', pattern: /\bsk-ant-(?:api|admin)\d\d-[A-Za-z0-9_-]{80,}/g },
  { kind: 'a key of Google', pattern: /\bAIza[A-Za-z0-9_-]{35}\b/g },
  { kind: 'a key of AWS', pattern: /\b(?:AKIA|ASIA)[A-Z2-7]{16}\b/g },
  { kind: 'a token of GitHub', pattern: /\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{82})\b/g },
  { kind: 'a token of npm', pattern: /\bnpm_[A-Za-z0-9]{36}\b/g },
  { kind: 'a live key of Stripe', pattern: /\b[rs]k_live_[A-Za-z0-9]{20,}\b/g },
  { kind: 'a token of Telegram', pattern: /\b\d{9,10}:AA[A-Za-z0-9_-]{33}\b/g },
  { kind: 'a token of Slack', pattern: /\bxox[abprs]-\d{10,}-[A-Za-z0-9-]{20,}/g },
  { kind: 'a private key of a chain', pattern: /\bxprv[1-9A-HJ-NP-Za-km-z]{107}\b/g },
  { kind: 'a private key', pattern: /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\s+[A-Za-z0-9+/=\s]{200,}-----END/g },
]

/** What has fewer kinds of letters than this, or runs through the alphabet, was typed by hand: an example. */
const KINDS_MIN = 12

/** What of a text looks like a secret; of each its first letters, as the rest is nobody's business. */
export function secretsIn(text: string): readonly { readonly kind: string; readonly shown: string }[] {
  return SHAPES.flatMap(({ kind, pattern }) =>
    [...text.matchAll(pattern)]
      .map(([found]) => found)
      .filter((found) => new Set(found).size >= KINDS_MIN && !/example|abcdefgh|12345678/i.test(found))
      .map((found) => ({ kind, shown: `${found.slice(0, 12)}…` })),
  )
}
