#!/usr/local/bin/python
"""Stands in for the official image's entry point: `generate`, `run` (the default) and `run` with arguments."""

import os
import platform
import shutil
import subprocess
import sys

env = os.environ


def refuse(text):
    print(text, file=sys.stderr)
    sys.exit(2)


def unprivileged():
    """Who Synapse runs as; None when the container was given a user and stays with it."""
    if "UID" in env:
        return f"{int(env['UID'])}:{int(env.get('GID', '991'))}"
    return "991:991" if os.getuid() == 0 else None


def become(user, command):
    sys.stdout.flush()
    if user is None:
        os.execve(command[0], command, env)
    os.execve("/usr/sbin/gosu", ["gosu", user, *command], env)


def paths():
    config_dir = env.get("SYNAPSE_CONFIG_DIR", "/data")
    return config_dir, env.get("SYNAPSE_CONFIG_PATH", f"{config_dir}/homeserver.yaml")


def generate(user):
    for name in ("SYNAPSE_SERVER_NAME", "SYNAPSE_REPORT_STATS"):
        if name not in env:
            refuse(f"Environment variable '{name}' is mandatory in `generate` mode.")
    config_dir, config_path = paths()
    data_dir = env.get("SYNAPSE_DATA_DIR", "/data")
    log_config = f"{config_dir}/{env['SYNAPSE_SERVER_NAME']}.log.config"
    if not os.path.exists(log_config):
        print(f"Creating log config {log_config}")
        # Written before root is given up, so it belongs to root, as with the official image.
        shutil.copyfile("/conf/log.config", log_config)
    if user is not None:
        print(f"Setting ownership on {data_dir} to {user}")
        subprocess.check_call(["chown", user, data_dir])
    command = [sys.executable, "-m", "synapse.app.homeserver"]
    command += ["--server-name", env["SYNAPSE_SERVER_NAME"], "--report-stats", env["SYNAPSE_REPORT_STATS"]]
    command += ["--config-path", config_path, "--config-directory", config_dir, "--data-directory", data_dir]
    command += ["--generate-config", "--open-private-ports"]
    become(user, command)


def run(user, args):
    if "-m" not in args:
        args = ["-m", env.get("SYNAPSE_WORKER", "synapse.app.homeserver"), *args]
    jemalloc = f"/usr/lib/{platform.machine()}-linux-gnu/libjemalloc.so.2"
    if os.path.isfile(jemalloc):
        env["LD_PRELOAD"] = jemalloc
    if not any(arg.startswith(("--config-path", "-c")) for arg in args):
        _, config_path = paths()
        if not os.path.exists(config_path):
            refuse(
                f"Config file '{config_path}' does not exist. You should either create a new config file by running "
                "with the `generate` argument or specify the path with SYNAPSE_CONFIG_PATH."
            )
        args = [*args, "--config-path", config_path]
    print("Starting synapse with args " + " ".join(args))
    become(user, [sys.executable, *args])


mode = sys.argv[1] if len(sys.argv) > 1 else "run"
if mode == "generate":
    generate(unprivileged())
elif mode == "run":
    run(unprivileged(), sys.argv[2:])
else:
    refuse(f"Unknown execution mode '{mode}'")
