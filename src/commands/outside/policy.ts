import { createHash } from 'node:crypto'
import { type Finding, judged, untried } from './finding.ts'
import { ask, type Outside } from './server.ts'

const SAME = 'everybody is shown the same policy'
const KNOWN = 'the policy is the one that you have read'

/** The policy as strangers and customers are shown it, and its hash against the one that was noted before. */
export async function policyFindings(server: Outside, sha256: string | undefined): Promise<readonly Finding[]> {
  const key = server.keys?.[0]
  const [shown, again, signedIn] = await Promise.all([
    ask(server, { path: '/privacy' }),
    ask(server, { path: '/privacy', headers: { 'user-agent': 'Mozilla/5.0' } }),
    ask(server, { path: '/privacy', ...(key === undefined ? {} : { key }) }),
  ])
  if (shown.status !== 200)
    return [untried(SAME, `/privacy is answered ${shown.status}`), untried(KNOWN, `/privacy is answered ${shown.status}`)]
  const hashes = [shown, again, signedIn].map(({ body }) => createHash('sha256').update(body).digest('hex'))
  const same = judged(SAME, new Set(hashes).size === 1, `sha256 ${[...new Set(hashes)].join(', ')}`)
  return [
    same,
    sha256 === undefined
      ? untried(KNOWN, `note --policy-sha256 ${hashes[0]} for the next time`)
      : judged(KNOWN, hashes[0] === sha256, `sha256 ${hashes[0]}`),
  ]
}
