import { houseNameOf } from '../house-name.ts'
import { keptDocument } from '../kept-document.ts'
import type { ManageApp, ManageDependencies } from './manage-env.ts'

/** What programs find the interface by: its description, a card for agents, and a page in plain text for models. */
export function discoveryRoutes(app: ManageApp, dependencies: ManageDependencies): void {
  const description = keptDocument(() => describeManagement(app, dependencies))
  app.get('/api/openapi.json', (c) => description(c))
  app.get('/.well-known/agent.json', (c) => c.json(agentCard(dependencies)))
  app.get('/llms.txt', (c) => c.text(llmsText(app, dependencies), 200, { 'content-type': 'text/markdown; charset=utf-8' }))
}

type Described = Pick<ManageDependencies, 'publicUrl' | 'site'>

/** The OpenAPI description of the management interface, as far as routes were added when it is asked for. Source: OpenAPI Specification 3.1.0 (2021-02). */
export function describeManagement(app: ManageApp, { publicUrl, site }: Described) {
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: `${houseNameOf(site)} management API`,
      version: '1',
      description: 'Amounts are decimal strings of USD. Idempotency-Key is honoured on every POST that makes something.',
    },
    servers: [{ url: publicUrl }],
    security: [{ managementKey: [] }],
  })
  const components = { ...document.components, securitySchemes: { managementKey: { type: 'http', scheme: 'bearer' } } }
  return { ...document, components }
}

/** A card by which agents find what is offered. Source: a2a-protocol.org/latest/specification §5 (2026-11-26). */
const agentCard = ({ publicUrl, site, manage }: Described & Pick<ManageDependencies, 'manage'>): object => ({
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
  },
  security: [{ bearer: [] }],
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
    },
    ...(manage.agents !== undefined
      ? [
          {
            id: 'buy',
            name: 'Buy without an account',
            description: `Pay with a wallet and claim by its signature: ${publicUrl}/api/agent/plans.`,
            tags: ['payments', 'usdc'],
          },
        ]
      : []),
  ],
})

/** The interface in plain text for models. Source: llmstxt.org (2026-11-26). */
function llmsText(app: ManageApp, { publicUrl, site }: Described): string {
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
