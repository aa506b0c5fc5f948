"""Docker Hub's official images: the only ones whose names have no slash.

Whatever else is called by one bare word cannot be pulled, and so was built or tagged on the machine itself.
https://github.com/docker-library/official-images, folder ``library``, with those that were taken out of it since.
"""

from __future__ import annotations

_NAMES = """
adminer aerospike almalinux alpine alt amazoncorretto amazonlinux api-firewall arangodb archlinux backdrop
bash bonita buildpack-deps busybox caddy cassandra centos chronograf cirros clearlinux clefos clickhouse
clojure composer consul convertigo couchbase couchdb crate crux dart debian docker dotnet drupal
eclipse-mosquitto eclipse-temurin eggdrop elasticsearch elixir emqx erlang euleros express-gateway fedora
flink fluentd friendica fsharp gazebo gcc geonetwork ghost golang gradle groovy haproxy haskell haxe
hello-seattle hello-world hola-mundo hipache hitch httpd hylang ibm-semeru-runtimes ibmjava influxdb iojs
irssi java jenkins jetty jobber joomla jruby julia kaazing-gateway kapacitor kibana known kong krakend
lightstreamer liquibase logstash mageia mariadb matomo maven mediawiki memcached mongo mongo-express monica
mono mysql nats nats-streaming neo4j neurodebian nextcloud nginx node notary nuxeo odoo open-liberty openjdk
opensuse oraclelinux orientdb owncloud percona perl photon php php-zendserver phpmyadmin piwik plone
postfixadmin postgres pypy python r-base rabbitmq rails rakudo-star rapidoid redis redmine registry rethinkdb
rocket.chat rockylinux ros ruby rust sapmachine satosa scratch sentry silverpeas sl solr sonarqube sourcemage
spark spiped storm swarm swift swipl teamspeak telegraf thrift tomcat tomee traefik ubuntu ubuntu-debootstrap
ubuntu-upstart unit valkey varnish vault websphere-liberty wordpress xwiki yourls znc zookeeper
"""
OFFICIAL_IMAGES = frozenset(_NAMES.split())


def can_be_pulled(full_name: str) -> bool:
    """Whether some registry may serve a name; ``full_name`` has no tag and no host of Docker Hub's."""
    return "/" in full_name or full_name in OFFICIAL_IMAGES
