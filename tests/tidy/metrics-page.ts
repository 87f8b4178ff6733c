import { type MetricDescription, makeMetrics, RouteNames } from '../../src/watch/index.ts'

const NOTHING_WATCHED: Parameters<typeof makeMetrics>[0] = {
  ...{
    openCalls: () => 0,
    backlog: () => 0,
    gateways: () => 0,
    isServing: () => true,
    held: () => 0n,
    frozenAccounts: () => 0,
    isLedgerOk: () => true,
  },
  ...{
    keyLookUps: () => 0,
    keyAlarms: () => new Map(),
    clearingOverdue: () => 0,
    certificateDays: () => undefined,
    backupSeconds: async () => undefined,
    upstreams: () => new Map(),
    names: new RouteNames(),
  },
}

/** All metrics that a control process has. */
export const allMetrics = (): readonly MetricDescription[] => makeMetrics(NOTHING_WATCHED).described()

const BEGIN = '<!-- Made by: node tests/tidy/write-metrics-page.ts -->'
const END = '<!-- end -->'

/** docs/metrics.md with the table between its marks made anew. */
export function metricsPage(page: string): string {
  const rows = allMetrics().map(({ name, type, labels, help }) => {
    const labelled = labels.length === 0 ? '–' : labels.map((label) => `\`${label}\``).join(', ')
    return `| \`${name}\` | ${type} | ${labelled} | ${help} |`
  })
  const [before = '', rest = ''] = page.split(BEGIN)
  const [, after = ''] = rest.split(END)
  return [
    before,
    BEGIN,
    '\n\n| name | type | labels | what it says |\n| --- | --- | --- | --- |\n',
    rows.join('\n'),
    '\n\n',
    END,
    after,
  ].join('')
}
