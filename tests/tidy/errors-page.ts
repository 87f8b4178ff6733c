/** One row of docs/errors.md. */
export type ErrorRow = { readonly code: string; readonly status: number; readonly isRetryable: boolean; readonly message: string }

const ROW = /^\| <a id="(\w+)"><\/a>`(\w+)` \| (\d{3}) \| (yes|no) \| (.+?) \| (.+?) \|$/

/** The rows of the page; a row whose anchor is not its code is left out, and so is one that says nothing of its own. */
export function readErrorRows(page: string): readonly ErrorRow[] {
  return page.split('\n').flatMap((line) => {
    const [, anchor, code = '', status, retry, message = '', mend = ''] = ROW.exec(line) ?? []
    if (anchor === undefined || anchor !== code || mend.split(' ').length < 3) return []
    return [{ code, status: Number(status), isRetryable: retry === 'yes', message }]
  })
}

/** The rows that the catalogue of failures asks for, in its order. */
export const errorTable = (
  failures: Readonly<Record<string, { readonly status: number; readonly message: string; readonly retryable: boolean }>>,
): readonly ErrorRow[] =>
  Object.entries(failures).map(([code, { status, message, retryable }]) => ({ code, status, isRetryable: retryable, message }))
