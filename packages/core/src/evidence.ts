// Audit events in the formats of others.
export type { OcsfAccountChange, OcsfOptions } from './evidence/ocsf.ts'
export { ocsfAccountChange } from './evidence/ocsf.ts'
export type { SyslogOptions } from './evidence/syslog.ts'
export { syslogLine } from './evidence/syslog.ts'
