import { houseNameOf } from '../house-name.ts'
import { keptDocument } from '../kept-document.ts'
import { agentCard } from './agent-card.ts'
import { llmsText } from './llms-text.ts'
import type { ManageApp, ManageDependencies } from './manage-env.ts'

/** What programs find the interface by: its description, a card for agents, and a page in plain text for models. */
export function discoveryRoutes(app: ManageApp, dependencies: ManageDependencies): void {
  const description = keptDocument(() => describeManagement(app, dependencies))
  app.get('/api/openapi.json', (c) => description(c))
  for (const path of CARD_PATHS) app.get(path, (c) => c.json(agentCard(dependencies)))
  app.get('/llms.txt', (c) => c.text(llmsText(app, dependencies), 200, { 'content-type': 'text/markdown; charset=utf-8' }))
}

/** Where agents look for the card: as it was at first, and as it is since version 0.3 of the protocol. Source: a2a-protocol.org/v0.3.0/specification §5.3 (2026-11-30). */
const CARD_PATHS = ['/.well-known/agent.json', '/.well-known/agent-card.json'] as const

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
