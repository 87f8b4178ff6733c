import type { Setup } from '../answers.ts'

/** A text as YAML takes it whatever is in it: JSON's strings are YAML's. Source: YAML 1.2.2 §1.3 (2021-10-01). */
const quoted = (text: string): string => JSON.stringify(text)

/** The site's part of farebox.yaml; what is empty is left out. */
export const siteYaml = ({ name, accent, logo }: { readonly name: string; readonly accent: string; readonly logo: string }): string =>
  [
    'site:',
    `  name: ${quoted(name)}`,
    ...(accent === '' ? [] : [`  accent: ${quoted(accent)}`]),
    ...(logo === '' ? [] : [`  logo: ${quoted(logo)}`]),
  ].join('\n')

/** The policy's part. */
export const policyYaml = (written: {
  readonly profile: string
  readonly operator: string
  readonly service: string
  readonly email: string
}): string =>
  [
    'policy:',
    `  profile: ${written.profile}`,
    `  service: ${quoted(written.service)}`,
    ...(written.operator === '' ? [] : [`  operator: ${quoted(written.operator)}`]),
    ...(written.email === '' ? [] : ['  contact:', `    - { kind: email, value: ${quoted(written.email)} }`]),
  ].join('\n')

/** A way to be paid. */
export type Rail = Setup['rails'][number]['rail']

/** What each way to be paid needs under `payments` in farebox.yaml, secrets by the name of their variable. */
const RAIL_YAML: Readonly<Record<Rail, string>> = {
  stripe: `  stripe:
    secret_key: "\${STRIPE_SECRET_KEY}"
    webhook_secret: "\${STRIPE_WEBHOOK_SECRET}"`,
  usdc: `  usdc:
    xpub: "\${USDC_XPUB}"
    chains:
      - { id: 8453, name: Base, rpc: ["\${BASE_RPC_URL}"] }`,
  btcpay: `  btcpay:
    url: https://pay.example.com
    store_id: "\${BTCPAY_STORE_ID}"
    api_key: "\${BTCPAY_API_KEY}"
    webhook_secret: "\${BTCPAY_WEBHOOK_SECRET}"`,
  x402: `  x402:
    facilitator: https://facilitator.example.com
    pay_to: "0x0000000000000000000000000000000000000000"`,
}

/** The part of some ways to be paid, under one `payments`, as a file has it once. */
export const paymentsYaml = (rails: readonly Rail[]): string => ['payments:', ...rails.map((rail) => RAIL_YAML[rail])].join('\n')
