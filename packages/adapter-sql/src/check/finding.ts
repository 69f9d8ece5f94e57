/** One thing that `checkSqlTable` has found. */
export interface SqlFinding {
  /**
   * `problem`: resets fail, are refused, or mean something else. `warning`: resets work, and
   * somebody has to decide whether that is enough.
   */
  readonly level: 'problem' | 'warning'
  /**
   * What was found, and what to do. It holds names of tables and columns. It holds no value, except
   * values in a table of roles.
   */
  readonly message: string
}
