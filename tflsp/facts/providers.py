"""What betterleaks' rules find: whose secret it is, what a variable for it is called, and what is no secret at all."""

from __future__ import annotations

import re

from tflsp.text.patterns import pattern

# Rule ids of these endings name an account, a place or a public half: worth nothing alone.
_NO_SECRET = pattern(
    r"-(?:client-id|account-id|app-id|application-id|access-id|auth-id|tenant-id|username|account-name|cloud-name|"
    r"domain|public-key|pub-key|publishable-key|address|account-host|instance-url|project-url|rest-url|server-host|"
    r"token-name|browser-api-token|url)(?:\.\d+)?$"
)
_NO_SECRETS = frozenset(
    {
        "planetscale-id",
        "segment-public-api-token.1",
        "flutterwave-public-key",
        "posthog-project-api-key",
        "devcycle-client-sdk-key",
        "devcycle-mobile-sdk-key",
        "clickhouse-cloud-key-id",
        "razorpay-key-id.1",
        "mux-access-token-id.1",
        "exoscale-api-key",
        "artifactory-jfrog-url",
        "kubernetes-secret-yaml",
        "pkcs12-file",
        "slack-webhook-url",
    }
)
_WEBHOOKS = frozenset({"slack-webhook-url", "microsoft-teams-webhook", "sidekiq-sensitive-url"})

# rule id's beginning -> (whose, variable by which its own tools read it)
_SERVICES = {
    "aws-access": ("AWS", "AWS_ACCESS_KEY_ID"),
    "aws-secret": ("AWS", "AWS_SECRET_ACCESS_KEY"),
    "anthropic": ("Anthropic", "ANTHROPIC_API_KEY"),
    "openai": ("OpenAI", "OPENAI_API_KEY"),
    "huggingface": ("Hugging Face", "HF_TOKEN"),
    "weights-and-biases": ("Weights & Biases", "WANDB_API_KEY"),
    "kaggle": ("Kaggle", "KAGGLE_KEY"),
    "neptune": ("Neptune", "NEPTUNE_API_TOKEN"),
    "github": ("GitHub", "GITHUB_TOKEN"),
    "gitlab": ("GitLab", "GITLAB_TOKEN"),
    "gcp-service-account": ("Google Cloud", "GOOGLE_APPLICATION_CREDENTIALS"),
    "gcp-gemini": ("Google Gemini", "GEMINI_API_KEY"),
    "gcp": ("Google Cloud", "GOOGLE_API_KEY"),
    "slack": ("Slack", "SLACK_TOKEN"),
    "npm": ("npm", "NPM_TOKEN"),
    "pypi": ("PyPI", "PYPI_TOKEN"),
    "stripe": ("Stripe", "STRIPE_API_KEY"),
    "dockerhub": ("Docker Hub", "DOCKER_TOKEN"),
    "databricks": ("Databricks", "DATABRICKS_TOKEN"),
    "nvidia": ("NVIDIA", "NVIDIA_API_KEY"),
    "replicate": ("Replicate", "REPLICATE_API_TOKEN"),
    "azure-storage": ("Azure", "AZURE_STORAGE_KEY"),
    "azure": ("Azure", "AZURE_CLIENT_SECRET"),
    "alibaba": ("Alibaba Cloud", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"),
    "jwt": ("JWT", "JWT_TOKEN"),
    "private-key": ("PEM", "PRIVATE_KEY"),
    "curl-auth-user": ("curl -u", "CURL_USER"),
    "curl-auth-header": ("curl -H", "AUTH_TOKEN"),
}
_LONGEST_FIRST = sorted(_SERVICES, key=len, reverse=True)
_SUFFIX = pattern(r"\.\d+$")


def is_a_secret(rule: str) -> bool:
    """Whether what a rule finds opens something by itself."""
    return rule in _WEBHOOKS or (rule not in _NO_SECRETS and _NO_SECRET.search(rule) is None)


def service_of(rule: str) -> str:
    """Whose secret a rule finds: ``GitHub``, ``Hugging Face``."""
    known = _known(rule)
    return _SERVICES[known][0] if known else _SUFFIX.sub("", rule).split("-")[0].title()


def variable_for(rule: str) -> str:
    """The environment variable that such a secret is usually read from."""
    known = _known(rule)
    return _SERVICES[known][1] if known else re.sub(r"\W", "_", _SUFFIX.sub("", rule)).upper()


def _known(rule: str) -> str | None:
    return next((known for known in _LONGEST_FIRST if rule.startswith(known)), None)
