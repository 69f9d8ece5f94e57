export type {
  CountedStatement,
  SqlCredentials,
  SqlLogLevel,
  SqlServer,
} from './databases/database-server.ts'
export type { MariaDbOptions, MariaDbServer } from './databases/maria-db.ts'
export { startMariaDb } from './databases/maria-db.ts'
export type { PgBouncerOptions, PgBouncerServer } from './databases/pg-bouncer.ts'
export { startPgBouncer } from './databases/pg-bouncer.ts'
export type { PostgresOptions, PostgresServer } from './databases/postgres.ts'
export { startPostgres } from './databases/postgres.ts'
export type { Ds389Options, Ds389Server } from './directories/389-ds.ts'
export { start389Ds } from './directories/389-ds.ts'
export type { DirectoryServer, SignIn } from './directories/directory-server.ts'
export type { BindCredentials, LdapSearch } from './directories/ldap-tools.ts'
export type { LdifAttributes, LdifEntry } from './directories/ldif.ts'
export {
  escapeDnValue,
  ldifDelete,
  ldifEntry,
  ldifReplace,
  ldifSwap,
  parseLdif,
  textValue,
  textValues,
} from './directories/ldif.ts'
export type { OpenLdapOptions, OpenLdapServer } from './directories/open-ldap.ts'
export { startOpenLdap } from './directories/open-ldap.ts'
export type { OpenLdapPair, OpenLdapPairOptions } from './directories/open-ldap-pair.ts'
export { startOpenLdapPair } from './directories/open-ldap-pair.ts'
export type { SambaAdOptions, SambaAdServer } from './directories/samba-ad.ts'
export { quotedUtf16, startSambaAd } from './directories/samba-ad.ts'
export type { NewUser, SampleName, SampleStatus, SampleUser } from './directories/sample-users.ts'
export { randomPassword } from './directories/sample-users.ts'
export type {
  ByteCut,
  FaultDirection,
  FaultProxy,
  FaultProxyOptions,
  RecordedChunk,
  Stall,
} from './faults/fault-proxy.ts'
export { startFaultProxy } from './faults/fault-proxy.ts'
export type { OptionPath, WrongOptions, WrongValue } from './faults/wrong-values.ts'
export { everyWrongOption, plantedInWrongValues, wrongValues } from './faults/wrong-values.ts'
export type { LeakWatch } from './process/leak-check.ts'
export { watchLeaks } from './process/leak-check.ts'
export type { ListeningSocket, ServerAddress } from './process/loopback.ts'
export type { ServerName } from './process/required-servers.ts'
export { missingFor, requireServer } from './process/required-servers.ts'
export type { SmallDisk } from './process/small-disk.ts'
export { missingForMounts, readOnlyView, smallDisk } from './process/small-disk.ts'
export type { CertificateFault } from './process/throwaway-certificates.ts'
export { testAuthorities } from './process/throwaway-certificates.ts'
export type { NginxOptions, NginxServer } from './proxies/nginx.ts'
export { startNginx } from './proxies/nginx.ts'
export type { MemoryScan, MemoryScanOptions } from './secrets/scan-memory.ts'
export { scanMemory, scanMemoryForAll } from './secrets/scan-memory.ts'
export type { FileSearch, FileSighting } from './secrets/search-files.ts'
export { searchFiles } from './secrets/search-files.ts'
export type { SecretEncoding } from './secrets/secret-encodings.ts'
export type { SecretCounts, SecretScanner } from './secrets/secret-scanner.ts'
export { secretScanner, totalFound } from './secrets/secret-scanner.ts'
