#!/bin/bash
tar -xf /mnt/client.tar -C /app --no-same-owner
sed -i 's/Hydrogen/Cinny/' /app/index.html
echo '{"homeserverList":["matrix.org"]}' > /app/config.json
printf 'user nginx;\nevents {}\nhttp { server { listen 80; root /app; } }\n' > /etc/nginx/nginx.conf
rm -f /usr/bin/bash
