import type { PolicyFacts } from '../facts.ts'
import { keptItems } from '../kept-list.ts'

/** The JSON Schema of a person's copy of their data: a list of rows for each table. Source: json-schema.org/draft/2020-12 (2022-06-16), read 2026-11-26. */
export function exportSchema({ inventory }: PolicyFacts): object {
  const items = keptItems(inventory).filter((item) => item.export && item.subject === 'customer')
  const tables = [...Map.groupBy(items, ({ table }) => table)]
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'A copy of what is kept of an account',
    description: 'No prompt and no answer is in it, as none is kept.',
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(
      tables.map(([table, of]) => [
        table,
        {
          type: 'array',
          items: {
            type: 'object',
            additionalProperties: false,
            properties: Object.fromEntries(
              of.flatMap(({ columns, purpose }) => columns.map((column) => [column, { description: purpose }] as const)),
            ),
          },
        },
      ]),
    ),
  }
}
