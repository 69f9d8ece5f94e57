/**
 * Run by tests in a process of its own, which they then kill: starts the server that its argument names, prints where it is, and stays.
 */
import { start389Ds } from './389-ds.ts'
import { startMariaDb } from './maria-db.ts'
import { startOpenLdap } from './open-ldap.ts'
import { startPostgres } from './postgres.ts'
import { startSambaAd } from './samba-ad.ts'

const starters = { openldap: startOpenLdap, samba: startSambaAd, '389ds': start389Ds, postgres: startPostgres, mariadb: startMariaDb }

const name = process.argv[2]
if (name === undefined || !Object.hasOwn(starters, name)) throw new Error(`No server is called ${name}.`)
const start = starters[name as keyof typeof starters]
const { pid, folder } = await start()
process.stdout.write(`${JSON.stringify({ pid, folder })}\n`)
setInterval(() => {}, 60_000)
