# Answers on those of the ports that are free with a token, so that somebody outside can see whether requests arrive
# here. Set before: token, ports, and seconds, after which it ends by itself. Prints `READY PORT…` and goes on until
# it is killed; ends at once where nothing can listen. Perl, because every Debian and Ubuntu has it (perl-base).
set -u
command -v perl >/dev/null || exit 0
program=$(cat <<'PERL'
use strict;
use warnings;
use Socket qw(:DEFAULT IPPROTO_IPV6 IPV6_V6ONLY inet_pton pack_sockaddr_in6);

my ($token, $seconds, @ports) = @ARGV;
$| = 1;
$SIG{PIPE} = 'IGNORE';
alarm $seconds;

# Both families with one socket; IPv4 alone where the kernel has no IPv6.
sub open_port {
    my ($port) = @_;
    for my $family (AF_INET6, AF_INET) {
        socket(my $socket, $family, SOCK_STREAM, 0) or next;
        setsockopt($socket, SOL_SOCKET, SO_REUSEADDR, 1);
        setsockopt($socket, IPPROTO_IPV6, IPV6_V6ONLY, 0) if $family == AF_INET6;
        my $address = $family == AF_INET6 ? pack_sockaddr_in6($port, inet_pton(AF_INET6, '::')) : pack_sockaddr_in($port, INADDR_ANY);
        if (bind($socket, $address)) { return listen($socket, 16) ? $socket : undef }
        # Taken is taken, in either family.
        return undef if $!{EADDRINUSE};
    }
    return undef;
}

my %sockets = map { my $socket = open_port($_); $socket ? ($_ => $socket) : () } @ports;
exit 0 unless %sockets;
print join(' ', 'READY', sort { $a <=> $b } keys %sockets), "\n";

my $body = "$token\n";
my $answer = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: " . length($body) . "\r\nConnection: close\r\n\r\n$body";
while (1) {
    my $read = '';
    vec($read, fileno($_), 1) = 1 for values %sockets;
    next if select($read, undef, undef, undef) < 1;
    for my $socket (values %sockets) {
        next unless vec($read, fileno($socket), 1);
        accept(my $client, $socket) or next;
        # Who connects and says nothing must not keep the next one waiting.
        my $asked = '';
        vec($asked, fileno($client), 1) = 1;
        if (select($asked, undef, undef, 1) > 0) { sysread($client, my $request, 4096); syswrite($client, $answer) }
        close $client;
    }
}
PERL
)
# The word splitting is meant: ports is a list of numbers.
# shellcheck disable=SC2086
exec perl -e "$program" "$token" "$seconds" $ports </dev/null
