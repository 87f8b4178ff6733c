import type { Reply } from './reply.ts'
import { isOpenai, type SimProtocol } from './request.ts'

/** Headers as the providers send them beside the content's: ids, limits, a cookie of the network in front, and the tier of Gemini's. */
export function providerHeaders(
  protocol: SimProtocol,
  { id, serviceTier = 'standard' }: Pick<Reply, 'id' | 'serviceTier'>,
): Record<string, string> {
  if (protocol === 'gemini') return { ...GEMINI, 'x-gemini-service-tier': serviceTier }
  return isOpenai(protocol) ? { ...OPENAI, 'x-request-id': `req_${id}` } : { ...ANTHROPIC, 'request-id': `req_${id}` }
}

const GEMINI = {
  server: 'scaffolding on HTTPServer2',
  'server-timing': 'gfet4t7; dur=312',
  vary: 'Origin, X-Origin, Referer',
  'x-frame-options': 'SAMEORIGIN',
}

const NETWORK = {
  server: 'cloudflare',
  'cf-ray': '9c0ffee0c0ffee00-SIM',
  'cf-cache-status': 'DYNAMIC',
  'set-cookie': '__cf_bm=simulated; path=/; HttpOnly; Secure; SameSite=None',
  'strict-transport-security': 'max-age=31536000; includeSubDomains; preload',
}

const OPENAI = {
  ...NETWORK,
  'openai-organization': 'org-simulated',
  'openai-processing-ms': '12',
  'openai-version': '2020-10-01',
  'x-ratelimit-limit-requests': '10000',
  'x-ratelimit-limit-tokens': '2000000',
  'x-ratelimit-remaining-requests': '9999',
  'x-ratelimit-remaining-tokens': '1999000',
  'x-ratelimit-reset-requests': '6ms',
  'x-ratelimit-reset-tokens': '0s',
}

const ANTHROPIC = {
  ...NETWORK,
  'anthropic-organization-id': '00000000-0000-4000-8000-000000000000',
  'anthropic-ratelimit-requests-limit': '4000',
  'anthropic-ratelimit-requests-remaining': '3999',
  'anthropic-ratelimit-tokens-limit': '400000',
  'anthropic-ratelimit-tokens-remaining': '399000',
}
