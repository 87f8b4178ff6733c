/** What a text is made of between its semicolons: comments, strings, names and dollar-quoted bodies hold semicolons that end nothing. */
const TOKENS = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"[^"]*"|(\$\w*\$)[\s\S]*?\1|;|[^;'"$/-]+|[\s\S]/g

/** The statements of an SQL text in their order; joined they are the text. What follows the last semicolon belongs to the last statement. */
export function sqlStatements(text: string): readonly string[] {
  const statements: string[] = []
  let begun = ''
  for (const [token] of text.matchAll(TOKENS)) {
    begun += token
    if (token !== ';') continue
    statements.push(begun)
    begun = ''
  }
  const last = statements.pop()
  return last === undefined ? [begun] : [...statements, last + begun]
}
