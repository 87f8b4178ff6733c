import type { CheckContext } from '../../harness/index.ts'

/** What every page says, whoever serves it. Source: w3.org/TR/CSP3 (2026-11-27). */
const EVERY_PAGE = [/default-src 'none'/, /frame-ancestors 'none'/, /base-uri 'none'/] as const
/** What pages with programs say besides. Source: w3.org/TR/trusted-types (2026-11-27). */
const EVERY_APP = [/script-src 'nonce-[\w+/=]{20,}'/, /require-trusted-types-for 'script'/, /trusted-types 'none'/] as const
const LOOSE = /'unsafe-inline'|'unsafe-eval'|'unsafe-hashes'|(?:^|[ ;])(?:\*|https?:)(?:[ ;]|$)/

/** Looks at what a page says of itself; apps have a nonce that is another each time. */
export async function expectPolicy(context: CheckContext, url: string, isApp: boolean): Promise<void> {
  const [first, second] = [await headersOf(url), await headersOf(url)]
  const policy = first.get('content-security-policy') ?? ''
  for (const part of [...EVERY_PAGE, ...(isApp ? EVERY_APP : [])])
    context.expect(part.test(policy), `${url} has the policy ${policy}, without ${part.source}`)
  context.expect(!LOOSE.test(policy), `${url} has the loose policy ${policy}`)
  context.expect(!isApp || policy !== second.get('content-security-policy'), `${url} has one nonce twice`)
  context.expect(first.get('x-content-type-options') === 'nosniff', `${url} may be sniffed`)
  context.expect(first.get('referrer-policy') === 'no-referrer', `${url} tells where its readers come from`)
}

async function headersOf(url: string): Promise<Headers> {
  const answer = await fetch(url, { headers: { accept: 'text/html' } })
  await answer.arrayBuffer()
  return answer.headers
}
