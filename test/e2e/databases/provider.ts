import { freshMachine } from '../../support/fresh.ts';
import type { Vps } from '../../world/index.ts';

/** A Postgres that somebody else runs: Debian's, with TLS by an authority of its own, and databases good and bad. */
export interface Provider {
  readonly vps: Vps;
  /** PEM of the authority. */
  readonly ca: string;
  url(database: string, query?: string): string;
  psql(sql: string, database?: string): Promise<string>;
}

/** Every byte that a layer in between could read otherwise: pgpass, YAML, the shell, URLs, SQL. */
export const PASSWORD = String.raw`p:a\ss"w'o$r#d %25 {é}: \:`;
export const USER = 'matrix user';

const C = "encoding 'UTF8' locale_provider libc lc_collate 'C' lc_ctype 'C' template template0";

/** Databases by name, and what is wrong with each. */
const DATABASES: Readonly<Record<string, string>> = {
  good: C,
  locale: "encoding 'UTF8' locale_provider libc lc_collate 'C.UTF-8' lc_ctype 'C.UTF-8' template template0",
  builtin:
    "encoding 'UTF8' locale_provider builtin builtin_locale 'C.UTF-8' lc_collate 'C' lc_ctype 'C' template template0",
  ascii: "encoding 'SQL_ASCII' locale_provider libc lc_collate 'C' lc_ctype 'C' template template0",
  rights: C,
  stray: C,
  few: C,
  readonly: C,
};

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

export const makeProvider = async (name: string): Promise<Provider> => {
  const vps = await freshMachine(name, `${name}.test`, { cpus: 2, memory: '2G' });
  await vps.exec(`set -e
export DEBIAN_FRONTEND=noninteractive
apt-get -qq update >/dev/null
apt-get -qq install -y postgresql openssl >/dev/null 2>&1
cd /etc/postgresql/17/main
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.crt -days 30 -subj /CN=provider 2>/dev/null
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout server.key -out server.csr -subj /CN=database 2>/dev/null
printf 'subjectAltName=IP:${vps.ip}\\n' >ext
openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 30 -extfile ext -out server.crt 2>/dev/null
chown postgres server.key
cat >>conf.d/provider.conf <<CONF
listen_addresses = '*'
max_connections = 60
ssl_cert_file = '/etc/postgresql/17/main/server.crt'
ssl_key_file = '/etc/postgresql/17/main/server.key'
CONF
sed -i '/^host/d' pg_hba.conf
echo 'hostssl all all 0.0.0.0/0 scram-sha-256' >>pg_hba.conf
systemctl restart postgresql`);
  const psql = async (sql: string, database = 'postgres'): Promise<string> =>
    (
      await vps.exec(`su postgres -c 'psql -X -A -t -q -v ON_ERROR_STOP=1 -d "${database}"'`, { input: sql })
    ).stdout.trim();
  await psql(`create role "${USER}" login password ${quoted(PASSWORD)};
create role limited login password 'a plain one' connection limit 5;
${Object.entries(DATABASES)
  .map(([database, how]) => `create database ${database} ${how} owner "${USER}";`)
  .join('\n')}
alter database rights owner to postgres;
alter database few owner to limited;
alter database readonly set default_transaction_read_only = on;`);
  await psql('create table orders (id int);', 'stray');
  const { stdout: ca } = await vps.exec('cat /etc/postgresql/17/main/ca.crt');
  return {
    vps,
    ca,
    psql,
    url: (database, query = '') => `postgresql://${encodeURIComponent(USER)}@${vps.ip}/${database}${query}`,
  };
};
