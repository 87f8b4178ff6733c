/** A value that can be written as YAML. */
export type YamlValue = string | number | boolean | null | readonly YamlValue[] | { readonly [key: string]: YamlValue }

/** Block YAML whose strings are quoted as in JSON, of which YAML is a superset. Source: yaml.org/spec/1.2.2 §1.3 (2021-10-01), read 2026-11-26. */
export const yamlText = (value: YamlValue): string => `${linesOf(value).join('\n')}\n`

function linesOf(value: YamlValue): readonly string[] {
  if (isList(value)) return value.length === 0 ? ['[]'] : value.flatMap((item) => under('- ', linesOf(item)))
  if (typeof value !== 'object' || value === null) return [JSON.stringify(value)]
  const entries = Object.entries(value)
  return entries.length === 0 ? ['{}'] : entries.flatMap(([key, item]) => entryOf(key, item))
}

function entryOf(key: string, item: YamlValue): readonly string[] {
  const name = /^[a-z_]\w*$/.test(key) ? key : JSON.stringify(key)
  const lines = linesOf(item)
  const isBlock = typeof item === 'object' && item !== null && Object.keys(item).length > 0
  return isBlock ? [`${name}:`, ...lines.map((line) => `  ${line}`)] : [`${name}: ${lines.join('')}`]
}

const under = (mark: string, lines: readonly string[]): readonly string[] => lines.map((line, index) => (index === 0 ? mark : '  ') + line)

const isList = (value: YamlValue): value is readonly YamlValue[] => Array.isArray(value)
