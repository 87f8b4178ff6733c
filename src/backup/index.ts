/** Backups: sealed containers of the database and, apart from them, of the keys outside it. Knows no row; never writes a key into a backup of the database. */
export { type AboutDatabase, openDatabaseBackup, writeDatabaseBackup } from './database-backup.ts'
export type { BackupHeader, BackupKind } from './header.ts'
export { keyMarkOf, type OpenedKeyBackup, openKeyBackup, writeKeyBackup } from './key-backup.ts'
export { noteBackup, readLastBackup } from './last-backup.ts'
export { peekHeader } from './read-container.ts'
export {
  endFiles,
  placeFiles,
  type RestoredFiles,
  refuseUnrestored,
  restoredFilesProblems,
  stageFiles,
  undoFiles,
} from './restored-files.ts'
export type { BackupSecret } from './secret.ts'
