import { houseNameOf } from '../house-name.ts'
import type { SoldToAgents } from './agent-card.ts'
import type { ManageApp } from './manage-env.ts'

/** The interface in plain text for models. Source: llmstxt.org (2026-11-26). */
export function llmsText(app: ManageApp, { publicUrl, site, manage, x402 }: SoldToAgents): string {
  const { paths = {} } = app.getOpenAPI31Document({ openapi: '3.1.0', info: { title: '', version: '1' } })
  const lines = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item ?? {}).map(
      ([method, operation]) => `- ${method.toUpperCase()} ${path}: ${(operation as { summary?: string }).summary}`,
    ),
  )
  return [
    `# ${houseNameOf(site)}`,
    '',
    '> Calls to language models behind one address, paid from a prepaid balance. Nothing of what is said is stored.',
    '',
    `Calls: ${publicUrl}/v1 in the protocol of OpenAI (chat completions, responses), ${publicUrl}/v1/messages in that of Anthropic, ${publicUrl}/v1beta in that of Gemini, with a key that begins with "fbx_" as "Authorization: Bearer". GET /v1/models lists the models.`,
    '',
    ...(x402 === undefined ? [] : keylessPart(publicUrl, x402.settings.chainId)),
    ...(manage.agents === undefined ? [] : buyingPart(publicUrl)),
    '## Managing an account',
    '',
    'With a key that begins with "mk_" as "Authorization: Bearer". Answers are {"success": true, "data": …} or {"success": false, "error": {"code", "message"}}.',
    '',
    ...lines,
    '',
    '## Optional',
    '',
    `- [OpenAPI](${publicUrl}/api/openapi.json): all of it as a description for machines`,
    `- [Agent card](${publicUrl}/.well-known/agent.json): what agents find`,
    `- [Prices](${publicUrl}/v1/prices): the price list`,
    `- [Privacy policy](${publicUrl}/privacy.md)`,
    '',
  ].join('\n')
}

const keylessPart = (publicUrl: string, chainId: number): readonly string[] => [
  '## Calling without a key',
  '',
  `A wallet pays for each call by x402 (version 2, scheme exact, on eip155:${chainId}). The same call without a key is answered 402; the header "PAYMENT-REQUIRED", and "accepts" in the body, say the most that it can cost, so asking for fewer tokens asks for less. Sign for that, and send the call again with the header "PAYMENT-SIGNATURE".`,
  '',
  `- GET ${publicUrl}/api/agent/x402-claim: what the wallet signs to get a key for what its payments left over`,
  '- POST /api/agent/x402-claim {"tx_hash", "signature"}: that key',
  `- [More](${publicUrl}/docs/payments-x402)`,
  '',
]

const buyingPart = (publicUrl: string): readonly string[] => [
  '## Buying without an account',
  '',
  'Send USDC from a wallet to the address of the house, sign the message with the hash of the transaction in it by the same wallet, and send both. The answer has a key that calls models and one that manages the account that was opened.',
  '',
  `- GET ${publicUrl}/api/agent/plans: what is sold, the address, the message`,
  '- POST /api/agent/topup {"txHash", "signature"}: balance',
  '- POST /api/agent/subscribe {"txHash", "signature", "planSlug"}: a plan',
  '- POST /api/agent/subscribe-pool {"txHash", "signature", "poolSlug", "blocks"}: seats in a pool',
  `- [More](${publicUrl}/docs/payments-usdc)`,
  '',
]
