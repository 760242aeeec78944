import { type BackupRecord, parseBackupRecord } from '../../backup/record.ts';
import { SCHEDULE_PATHS, SERVICE_UNIT, TIMER_UNIT } from '../../backup/schedule.ts';
import { type Fact, lines } from './fact.ts';

/** What backups wrote down, and what systemd says of their timer, which is asked only where one was set. */
export const backups: Fact<BackupRecord> = {
  name: 'backups',
  script: `for kind in last failed; do
  file=/opt/matrix-bastion/state/backup.$kind
  [ ! -s "$file" ] || echo "$kind $(cat "$file")"
done
there=
for file in ${SCHEDULE_PATHS.join(' ')}; do
  [ ! -e "$file" ] || there=yes
done
[ -n "$there" ] || exit 0
echo set
# In UTC: the names of other zones mean more than one zone.
show() { TZ=UTC timeout 10 systemctl show "$@" 2>/dev/null; }
show ${TIMER_UNIT} -p ActiveState -p UnitFileState -p TimersCalendar | sed 's/^/timer /'
show ${SERVICE_UNIT} -p ActiveState -p Result -p ExecMainStartTimestamp | sed 's/^/service /'
true`,
  parse: parseBackupRecord,
};

/**
 * Files of conf.d that speak of where data are, with their texts: such a file may hold a password, so it goes into no log.
 * Longer ones than half a MiB are left alone.
 */
export const confd: Fact<Readonly<Record<string, string>>> = {
  name: 'confd',
  script: `for file in /opt/matrix-bastion/synapse/conf.d/*.yaml; do
  [ -f "$file" ] && [ "$(stat -L -c %s "$file")" -le 524288 ] || continue
  grep -q -E '(media_store_path|media_storage_providers|signing_key_path|database)' "$file" || continue
  echo "$(base64 -w 0 "$file") $file"
done
true`,
  parse: (output) =>
    Object.fromEntries(
      lines(output).map((line) => {
        const [, text = '', path = ''] = /^(\S*) (.*)$/.exec(line) ?? [];
        return [path, Buffer.from(text, 'base64').toString('utf8')];
      }),
    ),
};
