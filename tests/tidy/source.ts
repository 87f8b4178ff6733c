import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import type { Finding, Source } from './rule.ts'

const LEFT_OUT = /^(?:\.git|node_modules|data|packed|proof|bench\/(?:results|tmp)|web\/dist.*)$|\.log$/

/** Every file of the checkout that we wrote, by its path from the root, sorted. */
export function listFiles(folder = ''): readonly string[] {
  return readdirSync(folder === '' ? '.' : folder, { withFileTypes: true })
    .flatMap((entry) => {
      const path = folder === '' ? entry.name : join(folder, entry.name)
      if (LEFT_OUT.test(path)) return []
      return entry.isDirectory() ? listFiles(path) : [path]
    })
    .sort()
}

/** A file's text with its syntax tree. */
export function sourceOf(path: string, text: string): Source {
  const isCode = path.endsWith('.ts')
  return { path, text, tree: isCode ? ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TS) : undefined }
}

const walked = new WeakMap<ts.Node, readonly ts.Node[]>()

/** Every node of a tree, parents before children; walked once and kept as long as the tree. */
export function nodesOf(tree: ts.SourceFile): readonly ts.Node[] {
  const known = walked.get(tree)
  if (known !== undefined) return known
  const nodes: ts.Node[] = []
  const visit = (node: ts.Node) => {
    nodes.push(node)
    for (const child of node.getChildren()) visit(child)
  }
  visit(tree)
  walked.set(tree, nodes)
  return nodes
}

/** A finding at a node. */
export const findingAt = (node: ts.Node, what: string): Finding => ({
  line: node.getSourceFile().getLineAndCharacterOfPosition(node.getStart()).line + 1,
  what,
})

/** A finding at a character of a text. */
export const findingIn = (text: string, offset: number, what: string): Finding => ({
  line: text.slice(0, offset).split('\n').length,
  what,
})

/** All comments of a file, with where they begin. */
export function commentsOf({ tree, text }: Source): readonly { readonly start: number; readonly text: string; readonly isLine: boolean }[] {
  if (tree === undefined) return []
  const ranges = new Map<number, ts.CommentRange>()
  for (const node of nodesOf(tree)) {
    if (node.getChildCount() > 0) continue
    const found = [...(ts.getLeadingCommentRanges(text, node.pos) ?? []), ...(ts.getTrailingCommentRanges(text, node.end) ?? [])]
    for (const range of found) if (range.pos < node.getStart() || range.pos >= node.end) ranges.set(range.pos, range)
  }
  return [...ranges.values()].map((range) => ({
    start: range.pos,
    text: text.slice(range.pos, range.end),
    isLine: range.kind === ts.SyntaxKind.SingleLineCommentTrivia,
  }))
}

/** A file's text with its comments blanked out, every other character in its place. */
export function withoutComments(source: Source): string {
  return commentsOf(source).reduce(
    (text, comment) => text.slice(0, comment.start) + comment.text.replace(/[^\n]/g, ' ') + text.slice(comment.start + comment.text.length),
    source.text,
  )
}
