"""The settings: what is read, what is refused and how the refusal helps."""

import os
import stat

import pytest

from portal.domain.errors import StartError
from portal.settings import Settings, draw_key, read_key, read_keys, write_key

SECRET = "5a" * 32


def settings_of(home, **environ):
    return Settings.from_environ({"PORTAL_HOME": str(home), "PORTAL_SECRET_KEY": SECRET, **environ})


def test_the_plain_defaults_stay_in_the_home(tmp_path):
    settings = settings_of(tmp_path)
    assert settings.database_url == f"sqlite:///{tmp_path}/portal.sqlite"
    assert settings.blob_url == f"file://{tmp_path}/blobs"
    assert settings.limits_url == f"sqlite:///{tmp_path}/limits.sqlite"
    assert settings.root_key == tmp_path / "root.pub"
    assert settings.entry_keys == tmp_path / "entry.key"
    assert settings.areas == {"intake", "review"}
    assert (settings.host, settings.port, settings.public_url) == ("127.0.0.1", 8000, "http://127.0.0.1:8000")
    assert (settings.workers, settings.threads, settings.signer_in_run) == (2, 32, True)
    assert settings.mail is None
    assert settings.trusted_proxies == ()
    assert not settings.pseudo_locale


def test_without_a_home_it_is_var_in_the_working_directory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert Settings.from_environ({"PORTAL_SECRET_KEY": SECRET}).home == tmp_path / "var"


def test_the_public_address_follows_the_port(tmp_path):
    assert settings_of(tmp_path, PORT="8123").public_url == "http://127.0.0.1:8123"


def test_a_variable_set_to_nothing_counts_as_not_set(tmp_path):
    settings = settings_of(tmp_path, PORT="", PORTAL_MAIL_URL="", PORTAL_AREAS=" ")
    assert (settings.port, settings.mail, settings.areas) == (8000, None, {"intake", "review"})


def test_what_is_set_is_taken(tmp_path):
    settings = settings_of(
        tmp_path,
        PORTAL_AREAS="review",
        PORTAL_PUBLIC_URL="https://report.example.cn/",
        PORTAL_TRUSTED_PROXIES="10.0.0.0/8, ::1",
        PORTAL_MAIL_URL="smtps://mail.example.cn?from=shaoyin@example.cn",
        PORTAL_HOST="[::1]",
        PORTAL_SIGNER="no",
        PORTAL_LOG_KEY=str(tmp_path / "elsewhere"),
    )
    assert settings.areas == {"review"}
    assert settings.public_url == "https://report.example.cn"
    assert [str(network) for network in settings.trusted_proxies] == ["10.0.0.0/8", "::1/128"]
    assert settings.mail
    assert settings.mail.place == "smtps://mail.example.cn:465?from=shaoyin@example.cn"
    assert settings.host == "::1"
    assert not settings.signer_in_run
    assert settings.log_key == tmp_path / "elsewhere"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "８０００"),
        ("PORT", "eight"),
        ("PORTAL_WORKERS", "-1"),
        ("PORTAL_THREADS", "1"),
        ("PORTAL_LOG_HOUR", "24"),
        ("PORTAL_WITNESSES", "jiwei@example.cn, nobody"),
        ("PORTAL_SIGNER", "perhaps"),
        ("PORTAL_AREAS", "intake,audit"),
        ("PORTAL_AREAS", ","),
        ("PORTAL_DATABASE_URL", "mysql://db/portal"),
        ("PORTAL_DATABASE_URL", "sqlite://"),
        ("PORTAL_BLOB_URL", "/srv/blobs"),
        ("PORTAL_LIMITS_URL", "memory://here"),
        ("PORTAL_PUBLIC_URL", "report.example.cn"),
        ("PORTAL_PUBLIC_URL", "https://report.example.cn/sub"),
        ("PORTAL_PUBLIC_URL", "https://me:pw@report.example.cn"),
        ("PORTAL_PUBLIC_URL", "https://report.example.cn:99999"),
        ("PORTAL_PUBLIC_URL", "https://[::1"),
        ("PORTAL_MAIL_URL", "http://mail.example.cn"),
        ("PORTAL_TRUSTED_PROXIES", "10.0.0.1/8"),
        ("PORTAL_TRUSTED_PROXIES", "proxy"),
        ("PORTAL_HOST", "0.0.0.0:8000"),
        ("PORTAL_HOST", "not a host"),
        ("PORTAL_SECRET_KEY", "5a"),
        ("PORTAL_SECRET_KEY", "zz" * 32),
        ("PORTAL_HOME", "/srv/what?"),
    ],
)
def test_nonsense_is_refused_in_one_line_that_names_the_variable(tmp_path, name, value):
    with pytest.raises(StartError) as refusal:
        settings_of(tmp_path, **{name: value})
    assert name in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_slip_in_a_name_is_not_passed_over(tmp_path):
    with pytest.raises(StartError, match="PORTAL_PUBLC_URL is not a setting; PORTAL_PUBLIC_URL is"):
        settings_of(tmp_path, PORTAL_PUBLC_URL="https://report.example.cn")


def test_a_strangers_variable_is_left_alone(tmp_path):
    assert settings_of(tmp_path, PORTAL_GUN="companion cube").port == 8000


def test_it_refuses_to_start_without_the_secret(tmp_path):
    with pytest.raises(StartError, match=r"no key at .*secret\.key"):
        Settings.from_environ({"PORTAL_HOME": str(tmp_path)})


def test_the_secret_may_lie_in_a_file_of_its_own(tmp_path):
    write_key(tmp_path / "mine", b"k" * 32)
    environ = {"PORTAL_HOME": str(tmp_path / "home"), "PORTAL_SECRET_KEY_FILE": str(tmp_path / "mine")}
    assert Settings.from_environ(environ).secret == b"k" * 32


def test_no_secret_shows_in_the_representation(tmp_path):
    settings = settings_of(
        tmp_path,
        PORTAL_DATABASE_URL="postgresql+psycopg://portal:hunter2@db/portal",
        PORTAL_MAIL_URL="smtp://portal:hunter2@mail.example.cn?from=shaoyin@example.cn",
        PORTAL_LIMITS_URL="redis://:hunter2@cache",
        PORTAL_METRICS_TOKEN="hunter2" * 4,
    )
    assert "hunter2" not in repr(settings)
    assert repr(settings.secret) not in repr(settings)


def test_an_address_with_a_password_is_not_repeated_in_a_refusal(tmp_path):
    with pytest.raises(StartError) as refusal:
        settings_of(tmp_path, PORTAL_DATABASE_URL="mysql://portal:hunter2@db/portal")
    assert "hunter2" not in str(refusal.value)


def test_a_new_home_is_closed_to_others_and_has_every_key(tmp_path):
    home = tmp_path / "deep" / "home"
    settings = Settings.found({"PORTAL_HOME": str(home)})
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    paths = [home / "secret.key", settings.pepper, settings.log_key, settings.promise_key, settings.entry_keys]
    assert {stat.S_IMODE(path.stat().st_mode) for path in paths} == {0o600}
    assert len({read_key(path) for path in paths}) == len(paths)
    assert not settings.root_key.exists()
    assert Settings.from_environ({"PORTAL_HOME": str(home)}) == settings


def test_founding_again_keeps_every_key(tmp_path):
    environ = {"PORTAL_HOME": str(tmp_path)}
    first = Settings.found(environ)
    pepper = read_key(first.pepper)
    assert Settings.found(environ).secret == first.secret
    assert read_key(first.pepper) == pepper


def test_a_secret_given_by_variable_leaves_no_file(tmp_path):
    Settings.found({"PORTAL_HOME": str(tmp_path), "PORTAL_SECRET_KEY": SECRET})
    assert not (tmp_path / "secret.key").exists()


def test_a_home_that_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(StartError, match="choose another PORTAL_HOME"):
        Settings.found({"PORTAL_HOME": str(tmp_path / "file" / "home")})


def test_a_key_is_never_written_over(tmp_path):
    write_key(tmp_path / "a.key", b"a" * 32)
    with pytest.raises(FileExistsError):
        write_key(tmp_path / "a.key", b"b" * 32)
    draw_key(tmp_path / "a.key")
    assert read_key(tmp_path / "a.key") == b"a" * 32


def test_a_key_that_cannot_be_written_is_refused(tmp_path):
    with pytest.raises(StartError, match="cannot write"):
        draw_key(tmp_path / "nowhere" / "a.key")


@pytest.mark.parametrize("mode", [0o604, 0o620, 0o666])
def test_a_key_open_to_others_is_refused(tmp_path, mode):
    write_key(tmp_path / "a.key", b"a" * 32)
    (tmp_path / "a.key").chmod(mode)
    with pytest.raises(StartError, match="chmod 600"):
        read_key(tmp_path / "a.key")


def test_a_mounted_secret_may_be_read_by_its_group_and_a_public_key_by_all(tmp_path):
    write_key(tmp_path / "a.key", b"a" * 32)
    (tmp_path / "a.key").chmod(0o440)
    write_key(tmp_path / "root.pub", b"r" * 32, mode=0o644)
    assert read_key(tmp_path / "a.key") == b"a" * 32
    assert read_key(tmp_path / "root.pub") == b"r" * 32


@pytest.mark.parametrize(
    "content", [b"", b"\n", b"5a\n", b"5a " * 32, b"zz" * 32, b"\xff" * 64, b"5a" * 32 + b"\n" + b"5b" * 32]
)
def test_a_file_that_holds_no_single_key_is_refused(tmp_path, content):
    path = tmp_path / "a.key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(StartError, match=r"a\.key"):
        read_key(path)


def test_a_directory_in_the_place_of_a_key_is_refused(tmp_path):
    with pytest.raises(StartError, match="cannot read the key"):
        read_key(tmp_path)


def test_entry_keys_may_be_several_the_first_in_use(tmp_path):
    path = tmp_path / "entry.key"
    path.write_text("5a" * 32 + "\n\n" + "5B" * 32 + "\n")
    path.chmod(0o600)
    assert read_keys(path) == (b"\x5a" * 32, b"\x5b" * 32)


def test_settings_are_frozen(tmp_path):
    with pytest.raises(AttributeError):
        settings_of(tmp_path).port = 1


def test_the_process_environment_is_not_read_behind_the_back(tmp_path, monkeypatch):
    monkeypatch.setitem(os.environ, "PORT", "9999")
    assert settings_of(tmp_path).port == 8000


def test_a_token_for_metrics_may_be_given_or_lie_in_a_file(tmp_path):
    assert settings_of(tmp_path).metrics_token is None
    assert settings_of(tmp_path, PORTAL_METRICS_TOKEN="t" * 24).metrics_token == "t" * 24
    path = tmp_path / "token"
    path.write_text("f" * 32 + "\n")
    path.chmod(0o600)
    assert settings_of(tmp_path, PORTAL_METRICS_TOKEN_FILE=str(path)).metrics_token == "f" * 32
    path.chmod(0o604)
    with pytest.raises(StartError, match="chmod 600"):
        settings_of(tmp_path, PORTAL_METRICS_TOKEN_FILE=str(path))
    with pytest.raises(StartError, match="no token at"):
        settings_of(tmp_path, PORTAL_METRICS_TOKEN_FILE=str(tmp_path / "nowhere"))


@pytest.mark.parametrize("token", ["short", "t" * 23, "with a blank in the middle of it", "密" * 30])
def test_a_token_that_could_be_guessed_or_not_sent_is_refused_and_not_repeated(tmp_path, token):
    with pytest.raises(StartError, match="PORTAL_METRICS_TOKEN must be") as refusal:
        settings_of(tmp_path, PORTAL_METRICS_TOKEN=token)
    assert token not in str(refusal.value)


def test_a_form_of_the_log_is_one_of_two_words(tmp_path):
    assert settings_of(tmp_path).log_format is None
    assert settings_of(tmp_path, PORTAL_LOG_FORMAT="plain").log_format == "plain"
    with pytest.raises(StartError, match="PORTAL_LOG_FORMAT must be json or plain, not 'xml'"):
        settings_of(tmp_path, PORTAL_LOG_FORMAT="xml")
