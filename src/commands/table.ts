/** Rows of text in aligned columns; the columns in `right` are aligned at their right edge, as figures are. */
export function formatTable(heads: readonly string[], rows: readonly (readonly string[])[], right: readonly number[] = []): string {
  const widths = heads.map((head, column) => Math.max(head.length, ...rows.map((row) => (row[column] ?? '').length)))
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => (right.includes(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd()
  return [heads, ...rows].map(line).join('\n')
}
