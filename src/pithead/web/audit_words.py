"""How the log is read out: what each action and each kind of subject is called. A test finds actions without words."""

ACTIONS: dict[str, str] = {
    "account.activated": "启用账号",
    "account.activation_failed": "启用失败",
    "account.code_issued": "发放启用码",
    "account.locked": "账号锁定",
    "account.password_changed": "修改密码",
    "account.sign_in_failed": "登录失败",
    "account.sign_in_refused": "锁定期间尝试登录",
    "account.signed_in": "登录",
    "account.signed_out": "退出",
}

SUBJECTS: dict[str, str] = {
    "account": "账号",
}
