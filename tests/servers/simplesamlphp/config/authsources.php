<?php
$config = [
    'admin' => ['core:AdminPassword'],
    'users' => [
        'exampleauth:UserPass',
        'alice:AlicePw1' => ['uid' => ['alice'], 'mail' => ['alice@example.test'], 'groups' => ['admins', 'dev']],
    ],
];
