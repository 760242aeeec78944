#!/bin/bash
# build.sh ELEMENT-VERSION
mkdir -p /etc/nginx/conf.d /etc/nginx/templates
tar -xf /mnt/client.tar -C /app --no-same-owner
sed -i 's/Hydrogen/Element/' /app/index.html
echo "$1" > /app/version
echo '{"default_server_config":{"m.homeserver":{"base_url":"https://matrix-client.matrix.org"}}}' > /app/config.json
install -m 0644 /mnt/nginx.conf /etc/nginx/nginx.conf
install -m 0644 /mnt/default.conf.template /etc/nginx/templates/default.conf.template
install -m 0755 /mnt/entrypoint.sh /docker-entrypoint.sh
chown -R nginx:nginx /etc/nginx/conf.d /app
rm -f /usr/bin/bash
