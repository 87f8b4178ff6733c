import { houseNameOf } from '../house-name.ts'
import type { ManageDependencies } from './manage-env.ts'

/** What agents are told of: where, under which name, and what is sold to those that have a wallet alone. */
export type SoldToAgents = Pick<ManageDependencies, 'publicUrl' | 'site' | 'manage' | 'x402'>

/**
 * A card by which agents find what is offered, and by which of its ways they may ask for it. A payment is a secret in a header to those who read the card; what is
 * signed and sent, the answer 402 tells. Source: a2a-protocol.org/v0.3.0/specification §5.5 (2026-11-30).
 */
export const agentCard = ({ publicUrl, site, manage, x402 }: SoldToAgents): object => ({
  protocolVersion: '0.3.0',
  name: houseNameOf(site),
  description: 'Calls to language models, paid from a prepaid balance. Nothing of what is said is stored.',
  url: `${publicUrl}/v1/chat/completions`,
  preferredTransport: 'HTTP+JSON',
  version: '1',
  documentationUrl: `${publicUrl}/llms.txt`,
  capabilities: { streaming: true, pushNotifications: false },
  defaultInputModes: ['text/plain', 'application/json'],
  defaultOutputModes: ['text/plain', 'application/json', 'text/event-stream'],
  securitySchemes: {
    bearer: { type: 'http', scheme: 'bearer', description: 'A key that calls models, or one that manages for paths under /api.' },
    ...(x402 === undefined ? {} : { x402: paymentScheme(x402) }),
  },
  security: [{ bearer: [] }, ...(x402 === undefined ? [] : [{ x402: [] }])],
  skills: [
    {
      id: 'chat',
      name: 'Chat completions',
      description: 'Call any model of GET /v1/models in the protocol of OpenAI, Anthropic or Gemini.',
      tags: ['llm', 'chat'],
    },
    {
      id: 'manage',
      name: 'Manage an account',
      description: `Keys, usage and payments: ${publicUrl}/api/openapi.json.`,
      tags: ['billing', 'keys'],
      security: [{ bearer: [] }],
    },
    ...(x402 === undefined ? [] : [keylessSkill(publicUrl)]),
    ...(manage.agents === undefined ? [] : [buyingSkill(publicUrl)]),
  ],
})

const paymentScheme = ({ settings }: NonNullable<SoldToAgents['x402']>): object => ({
  type: 'apiKey',
  in: 'header',
  name: 'PAYMENT-SIGNATURE',
  description: `x402 version 2, scheme exact, on eip155:${settings.chainId}: a call without a key is answered 402 with the most that it can cost; send it again with a payment signed for that.`,
})

const keylessSkill = (publicUrl: string): object => ({
  id: 'call-without-key',
  name: 'Call without a key',
  description: `Call a model and pay for that one call by x402, from a wallet. What is left of a payment is claimed at ${publicUrl}/api/agent/x402-claim.`,
  tags: ['llm', 'chat', 'x402', 'usdc'],
  security: [{ x402: [] }],
})

const buyingSkill = (publicUrl: string): object => ({
  id: 'buy',
  name: 'Buy without an account',
  description: `Pay with a wallet and claim by its signature: ${publicUrl}/api/agent/plans.`,
  tags: ['payments', 'usdc'],
})
