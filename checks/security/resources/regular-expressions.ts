import { globSync, readFileSync } from 'node:fs'
import ts from 'typescript'

/** A regular expression of the product, and where it stands. */
export type Expression = { readonly source: string; readonly flags: string; readonly at: string }

/** Every regular expression that is written in the product's source, each once; one that is put together at run time is told as `built`. */
export function expressionsIn(folder: string): { readonly expressions: readonly Expression[]; readonly built: readonly string[] } {
  const found = new Map<string, Expression>()
  const built: string[] = []
  const files = globSync('**/*.{ts,tsx}', { cwd: folder }).filter((file) => !/\.test\.tsx?$|(?:^|\/)testing\.ts$/.test(file))
  for (const file of files.toSorted()) {
    const source = ts.createSourceFile(file, readFileSync(`${folder}/${file}`, 'utf8'), ts.ScriptTarget.Latest, true)
    const visit = (node: ts.Node): void => {
      const at = `${file}:${source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1}`
      if (ts.isRegularExpressionLiteral(node)) {
        const [, text = '', flags = ''] = /^\/(.*)\/(\w*)$/s.exec(node.text) ?? []
        found.set(node.text, found.get(node.text) ?? { source: text, flags, at })
      }
      if (ts.isNewExpression(node) && node.expression.getText(source) === 'RegExp') built.push(at)
      ts.forEachChild(node, visit)
    }
    visit(source)
  }
  return { expressions: [...found.values()], built }
}
