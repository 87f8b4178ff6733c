/** What a customer can see of a server from outside, and what not. Sends canaries of its own and nothing else, and keeps nothing. */
import { answerFindings } from './answers.ts'
import { conversationFindings } from './conversations.ts'
import type { Finding } from './finding.ts'
import { policyFindings } from './policy.ts'
import type { Outside } from './server.ts'
import { transportFindings } from './transport.ts'

export { type Finding, NOT_FROM_OUTSIDE } from './finding.ts'
export type { Outside } from './server.ts'

/** Everything that can be tried from outside; `policySha256` is the hash of the policy as it was read before. */
export async function lookFromOutside(server: Outside, policySha256?: string): Promise<readonly Finding[]> {
  return [
    ...(await transportFindings(server)),
    ...(await answerFindings(server)),
    ...(await conversationFindings(server)),
    ...(await policyFindings(server, policySha256)),
  ]
}
