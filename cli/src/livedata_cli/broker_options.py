"""The options that choose a broker, the same for every command that talks to one.

One for each transport that has one, from the plugins' records; none is known here by
name. A command's own options of the same name stand.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from livedata_cli.broker import BrokerChoice
from livedata_cli.context import LivedataContext
from livedata_cli.yaml_files import read_mapping
from livedata_core.contract import TransportOption, TransportSpec

__all__ = ["with_broker_options"]

SETTINGS_HINT = "write `transport: NAME` and `settings:` with a mapping below"


def with_broker_options(
    command: click.Command, transports: Iterable[TransportSpec]
) -> click.Command:
    """Return the command with the options that choose a broker.

    What they say is found in `LivedataContext.broker`; the command's function gets
    none of it.
    """
    taken = {name for param in command.params for name in (*param.opts, param.name)}
    options = [
        option
        for option in _options(transports)
        if not taken.intersection((*option.opts, option.name))
    ]
    # The command belongs to its plugin, which gave it without them.
    extended = copy.copy(command)
    extended.params = [*command.params, *options]
    return extended


def _options(transports: Iterable[TransportSpec]) -> Iterator[click.Option]:
    for transport in transports:
        if transport.option is not None:
            yield _transport_option(transport.name, transport.option)
    yield _option(
        "--transport",
        metavar="NAME",
        help="How to reach the broker, where no other option says it.",
        callback=_name_transport,
    )
    yield _option(
        "--broker-settings",
        metavar="FILE",
        type=click.Path(dir_okay=False, path_type=Path),
        envvar="LIVEDATA_BROKER_SETTINGS",
        show_envvar=True,
        help="YAML file with `transport: NAME` and its `settings:`.",
        callback=_read_settings,
    )
    yield _option(
        "-X",
        "--set",
        metavar="NAME=VALUE",
        multiple=True,
        help="A single setting of the transport; may be repeated.",
        callback=_set_single,
    )


def _option(*names: str, **attributes: object) -> click.Option:
    return click.Option(names, expose_value=False, **attributes)  # type: ignore[arg-type]


def _transport_option(transport: str, option: TransportOption) -> click.Option:
    flag = f"--{option.name}"

    def choose(ctx: click.Context, param: click.Parameter, value: str | None) -> None:
        if value is not None:
            source = ctx.get_parameter_source(param.name or "")
            _broker(ctx).name(transport, flag, source, {option.setting: value})

    return _option(
        flag,
        metavar=option.metavar,
        envvar=option.variable,
        show_envvar=True,
        help=option.help,
        callback=choose,
    )


def _name_transport(
    ctx: click.Context, param: click.Parameter, value: str | None
) -> None:
    if value is not None:
        source = ctx.get_parameter_source(param.name or "")
        _broker(ctx).name(value, "--transport", source)


def _read_settings(
    ctx: click.Context, param: click.Parameter, path: Path | None
) -> None:
    if path is None:
        return
    kind = "broker settings file"
    document = read_mapping(path, kind, SETTINGS_HINT)
    transport, settings = document.get("transport"), document.get("settings", {})
    unknown = sorted(document.keys() - {"transport", "settings"})
    if unknown or not isinstance(transport, str) or not isinstance(settings, dict):
        found = f"has {unknown[0]!r}" if unknown else "lacks one of them"
        raise click.UsageError(f"{kind} {path} {found}; {SETTINGS_HINT}")
    source = ctx.get_parameter_source(param.name or "")
    broker = _broker(ctx)
    broker.name(transport, f"--broker-settings {path}", source)
    broker.add_from_file(
        transport, {str(name): value for name, value in settings.items()}, source
    )


def _set_single(
    ctx: click.Context, _param: click.Parameter, values: tuple[str, ...]
) -> None:
    single = {}
    for value in values:
        name, equals, setting = value.partition("=")
        if not (name and equals):
            raise click.UsageError("--set takes NAME=VALUE, with an equals sign")
        single[name.strip()] = setting
    _broker(ctx).set(single)


def _broker(ctx: click.Context) -> BrokerChoice:
    return ctx.ensure_object(LivedataContext).broker
