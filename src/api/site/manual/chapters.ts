import type { SiteWords } from '../words/index.ts'

/** A page of the manual, by its file in docs without the end; "" is the set-up of clients, "errors" and "api" are made from the program. */
export type PageName = keyof SiteWords['manual']['pages']

/** Where each page stands, in the order they are read. Every page of docs stands in one of these, and a test says so. */
export const CHAPTERS = {
  use: [
    '',
    'clients',
    'keys',
    'spending',
    'surfaces',
    'translation',
    'billing',
    'receipts',
    'bills',
    'sign-in',
    'teams',
    'messages',
    'webhooks',
    'payments-x402',
    'privacy-for-customers',
  ],
  run: [
    'first-day',
    'packages',
    'going-live',
    'setup',
    'adding-upstreams',
    'routing',
    'operators',
    'abuse',
    'metrics',
    'scaling',
    'hardening',
    'disaster',
    'migration',
    'site',
    'status',
  ],
  money: ['pricing', 'plans', 'payments', 'payments-rules', 'payments-stripe', 'payments-usdc', 'payments-btcpay', 'reconcile'],
  privacy: ['privacy-for-operators', 'policy', 'rights', 'retention', 'audit', 'proof', 'threat-model', 'residual-risks'],
  reference: ['api', 'management-api', 'errors', 'configuration', 'cli', 'upstreams', 'dependencies', 'releasing'],
} as const satisfies Readonly<Record<keyof SiteWords['manual']['chapters'], readonly PageName[]>>

/** Pages that are a text of docs, and so not made from the program. */
export const MANUAL_NAMES: readonly PageName[] = Object.values(CHAPTERS)
  .flat()
  .filter((name) => !['', 'errors', 'api'].includes(name))

/** Where a page of the manual lies. */
export const pathOf = (name: PageName): string => (name === '' ? '/docs' : `/docs/${name}`)
