/**
 * Run by tests in a process of its own, which they then kill: starts the server that its argument
 * names, prints where it is, and stays.
 */

import { startMariaDb } from '../databases/maria-db.ts'
import { startPostgres } from '../databases/postgres.ts'
import { start389Ds } from '../directories/389-ds.ts'
import { startOpenLdap } from '../directories/open-ldap.ts'
import { startSambaAd } from '../directories/samba-ad.ts'

const starters = {
  openldap: startOpenLdap,
  samba: startSambaAd,
  '389ds': start389Ds,
  postgres: startPostgres,
  mariadb: startMariaDb,
}

const name = process.argv[2]
if (name === undefined || !Object.hasOwn(starters, name))
  throw new Error(`No server is called ${name}.`)
const start = starters[name as keyof typeof starters]
const { pid, folder } = await start()
process.stdout.write(`${JSON.stringify({ pid, folder })}\n`)
setInterval(() => {}, 60_000)
