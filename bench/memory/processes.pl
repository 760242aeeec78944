# One line per process of this machine, tab-separated; memory in KiB, time in clock ticks. Sources: proc(5),
# /proc/PID/status, smaps_rollup and stat.
use strict;
use warnings;

opendir(my $proc, '/proc') or die "/proc: $!";
for my $pid (sort { $a <=> $b } grep { /^\d+$/ } readdir $proc) {
    my %value = map { $_ => 0 } qw(PPid VmHWM VmPTE RssFile Pss_Anon Pss_Shmem);
    for my $file ('status', 'smaps_rollup') {
        open(my $lines, '<', "/proc/$pid/$file") or next;
        while (<$lines>) { $value{$1} = $2 if /^(Name|PPid|VmHWM|VmPTE|RssFile|Pss_Anon|Pss_Shmem):\s+(\S+)/ }
    }
    open(my $command, '<', "/proc/$pid/cmdline") or next;
    my $words = do { local $/; <$command> } // '';
    $words =~ tr/\0\t\n/   /;
    open(my $stat, '<', "/proc/$pid/stat") or next;
    my $fields = do { local $/; <$stat> } // next;
    # The name is in brackets and may hold anything; utime and stime are the 12th and 13th after it.
    my (undef, @rest) = split / /, ($fields =~ s/^.*\)//sr);
    print join("\t", $pid, @value{qw(PPid Name VmHWM VmPTE RssFile Pss_Anon Pss_Shmem)}, $rest[10] + $rest[11], $words), "\n";
}
