import { RISKS } from '../../checks/security/owasp/index.ts'

const BEGIN = '<!-- what follows, to the end of the table, is made by tests/tidy/write-owasp-table.ts -->'
const END = '<!-- the end of what is made -->'

/** docs/threat-model.md with its table of the OWASP risks made anew; what stands around it is kept. */
export function owaspTable(page: string): string {
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)]
  if (from < 0 || to < from) throw new TypeError('docs/threat-model.md has no place for the table')
  const rows = RISKS.map(
    ({ id, name, here, checks }) => `| ${id} | ${name} | ${here} | ${checks.map((check) => `\`${check}\``).join(', ')} |`,
  )
  const table = ['| risk | name | here | shown by |', '|---|---|---|---|', ...rows].join('\n')
  return `${page.slice(0, from)}${BEGIN}\n\n${table}\n\n${page.slice(to)}`
}
