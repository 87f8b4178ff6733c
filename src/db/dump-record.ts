/** A migration that ran, by the name and hash of its file. */
export type RanMigration = { readonly name: string; readonly checksum: string }

/**
 * A piece of a dump, in the order in which a database is filled: the migrations that made its tables; then for each table its columns, its
 * rows as COPY writes them in text, their number and sum; the numbers that its sequences go on from; and that this was all.
 */
export type DumpRecord =
  | { readonly kind: 'migrations'; readonly migrations: readonly RanMigration[] }
  | { readonly kind: 'table'; readonly table: string; readonly columns: readonly string[]; readonly day?: string | undefined }
  | { readonly kind: 'rows'; readonly bytes: Buffer }
  | { readonly kind: 'table-end'; readonly rows: number; readonly sum: string }
  | { readonly kind: 'sequence'; readonly sequence: string; readonly value: string; readonly isCalled: boolean }
  | { readonly kind: 'end'; readonly tables: number }

/** Tables that a dump leaves out, as each database has its own: what ran, and what passwords of logins come of. */
export const NOT_DUMPED: readonly string[] = ['migration', 'login_secret']

/** Settings by which rows are written and read alike, whatever the server's own are. */
export const COPY_SETTINGS = `set datestyle = 'ISO, YMD'; set intervalstyle = 'postgres'; set timezone = 'UTC'; set extra_float_digits = 1;
  set bytea_output = 'hex'; set client_encoding = 'UTF8'`
