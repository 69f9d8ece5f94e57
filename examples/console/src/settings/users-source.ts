import type { DirectorySettings } from './directory-settings.ts'

/** Where the users are whose passwords are reset. */
export type UsersSource =
  /** Made up, in memory. */
  | { readonly in: 'samples' }
  /**
   * In an existing SQLite database; `tableConfigPath` is the file that names its tables and
   * columns.
   */
  | { readonly in: 'database'; readonly path: string; readonly tableConfigPath: string | undefined }
  | { readonly in: 'directory'; readonly directory: DirectorySettings }
