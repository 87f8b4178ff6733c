/** One of the ten risks: what it comes to here, and the checks that are its answer. */
export type Risk = { readonly id: string; readonly name: string; readonly here: string; readonly checks: readonly string[] }

/** The OWASP API Security Top 10 of 2023. Source: https://owasp.org/API-Security/editions/2023/en/0x11-t10/ (2026-11-27). */
export const RISKS: readonly Risk[] = [
  {
    ...{ id: 'API1', name: 'Broken Object Level Authorization' },
    here: 'ids of what belongs to another account are answered as ids of nothing',
    checks: ['SEC-01'],
  },
  {
    ...{ id: 'API2', name: 'Broken Authentication' },
    here: 'keys are known by all of their digest; guesses are few, codes and links are used once, sessions end',
    checks: ['SEC-03', 'SEC-09'],
  },
  {
    ...{ id: 'API3', name: 'Broken Object Property Level Authorization' },
    here: 'answers hold what their schemas list; what no schema lists is taken from nobody',
    checks: ['SEC-04', 'SEC-11'],
  },
  {
    ...{ id: 'API4', name: 'Unrestricted Resource Consumption' },
    here: 'heads, bodies, depth, time and spending have bounds, whatever the bytes; who floods or reads slowly waits for themselves, who reads nothing is let go',
    checks: ['SEC-12', 'SEC-13', 'SEC-15-raw', 'SEC-15-json', 'LOD-06', 'LOD-07', 'LOD-08', 'BUD-01'],
  },
  {
    ...{ id: 'API5', name: 'Broken Function Level Authorization' },
    here: 'each door asks for a right by a table that refuses what it does not list; keys of one kind do nothing of the other',
    checks: ['SEC-01', 'SEC-07'],
  },
  {
    ...{ id: 'API6', name: 'Unrestricted Access to Sensitive Business Flows' },
    here: 'accounts, credit and cards are not farmed; a key that spends too much rests',
    checks: ['SEC-16'],
  },
  {
    ...{ id: 'API7', name: 'Server Side Request Forgery' },
    here: 'nothing that a request names is called, but for public hosts where the operator allowed it',
    checks: ['SEC-05', 'SEC-06'],
  },
  {
    ...{ id: 'API8', name: 'Security Misconfiguration' },
    here: 'nothing listens that is not declared, nothing opens by a default word, pages run their own scripts alone',
    checks: ['SEC-14', 'SEC-10'],
  },
  {
    ...{ id: 'API9', name: 'Improper Inventory Management' },
    here: 'the router itself says which doors there are, and a path that is in no table is answered by nobody',
    checks: ['SEC-01', 'SEC-08', 'PRV-20'],
  },
  {
    ...{ id: 'API10', name: 'Unsafe Consumption of APIs' },
    here: 'what upstreams answer is read in bounds, whatever the bytes, and kept nowhere; events are believed by their signature and looked up',
    checks: ['SEC-18', 'SEC-15-sse', 'SEC-15-usage', 'SEC-15-webhooks', 'SEC-15-evm-logs', 'MON-08'],
  },
]
