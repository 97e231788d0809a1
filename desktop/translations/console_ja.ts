<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ja" sourcelanguage="en">
<context>
    <name>AbnormalStrip</name>
    <message>
        <source>What is abnormal now</source>
        <translation>現在の異常</translation>
    </message>
    <message>
        <source>Waiting for the first values</source>
        <translation>最初の値を待っています</translation>
    </message>
    <message>
        <source>{n} abnormal now</source>
        <translation>異常 {n}件</translation>
    </message>
    <message>
        <source>Values normal, open alarms: {n}</source>
        <translation>現在値は正常・未解決の警報 {n}件</translation>
    </message>
    <message>
        <source>Open alarms: {n}</source>
        <translation>未解決の警報 {n}件</translation>
    </message>
    <message>
        <source>No connection</source>
        <translation>接続なし</translation>
    </message>
    <message>
        <source>All normal</source>
        <translation>異常なし</translation>
    </message>
    <message>
        <source>{devices} devices and {values} values are watched</source>
        <translation>{devices}台、{values}項目を監視中</translation>
    </message>
    <message>
        <source>Everything was normal when last heard</source>
        <translation>最後に受信した時点では異常なし</translation>
    </message>
    <message>
        <source>{what}, since {time}. To do: {action}</source>
        <translation>{what}({time}から)。対応: {action}</translation>
    </message>
    <message>
        <source>{n} more abnormal things</source>
        <translation>ほかに{n}件の異常</translation>
    </message>
</context>
<context>
    <name>AddDeviceDialog</name>
    <message>
        <source>Add a device</source>
        <translation>機器を追加</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>機種</translation>
    </message>
    <message>
        <source>Gateway</source>
        <translation>ゲートウェイ</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>アドレス</translation>
    </message>
    <message>
        <source>This gateway has no link for this model: add the link first.</source>
        <translation>このゲートウェイには、この機種をつなぐ接続がありません。先に接続を追加してください。</translation>
    </message>
    <message>
        <source>Give the device&apos;s address on the link.</source>
        <translation>接続での機器のアドレスを入力してください。</translation>
    </message>
</context>
<context>
    <name>AddDialog</name>
    <message>
        <source>Add</source>
        <translation>追加</translation>
    </message>
    <message>
        <source>Add a gateway</source>
        <translation>ゲートウェイを追加</translation>
    </message>
    <message>
        <source>Name (Japanese)</source>
        <translation>名称 (日本語)</translation>
    </message>
    <message>
        <source>Name (English)</source>
        <translation>名称 (英語)</translation>
    </message>
    <message>
        <source>ID</source>
        <translation>ID</translation>
    </message>
    <message>
        <source>Give it a name in both languages.</source>
        <translation>名称を日本語と英語の両方で入力してください。</translation>
    </message>
    <message>
        <source>The id is made of small letters, digits, - and _.</source>
        <translation>IDに使えるのは小文字・数字・-・_ だけです。</translation>
    </message>
    <message>
        <source>The id {id} is taken: choose another.</source>
        <translation>ID「{id}」は使用中です。別のIDにしてください。</translation>
    </message>
</context>
<context>
    <name>AdviceBox</name>
    <message>
        <source>Follow and record ...</source>
        <translation>助言に従い記録 ...</translation>
    </message>
    <message>
        <source>Decide otherwise ...</source>
        <translation>別の判断を記録 ...</translation>
    </message>
    <message>
        <source>Record another decision</source>
        <translation>別の判断を記録</translation>
    </message>
    <message>
        <source>Record as followed</source>
        <translation>従うと記録</translation>
    </message>
    <message>
        <source>Your name, the time and this advice are written into the audit log. Nothing is moved by it: tell whoever is on site.</source>
        <translation>氏名・時刻・この助言が監査ログに残ります。これで何かが動くことはありません。現地の担当者に伝えてください。</translation>
    </message>
    <message>
        <source>Not recorded: {why}</source>
        <translation>記録できませんでした: {why}</translation>
    </message>
    <message>
        <source>{time} {who}: follows the advice. In the audit log.</source>
        <translation>{time} {who}: 助言に従う。監査ログに記録済み。</translation>
    </message>
    <message>
        <source>{time} {who}: decided otherwise ({note}). In the audit log.</source>
        <translation>{time} {who}: 別の判断({note})。監査ログに記録済み。</translation>
    </message>
</context>
<context>
    <name>AlarmCard</name>
    <message>
        <source>Note for the acknowledgement</source>
        <translation>確認時のメモ</translation>
    </message>
    <message>
        <source>Show in the twin</source>
        <translation>ツインで表示</translation>
    </message>
    <message>
        <source>Show the trend</source>
        <translation>トレンドを表示</translation>
    </message>
    <message>
        <source>To do</source>
        <translation>対応</translation>
    </message>
    <message>
        <source>{n} rows are chosen</source>
        <translation>{n}行を選択中</translation>
    </message>
    <message>
        <source>Choose an alarm to see it in full and to answer it.</source>
        <translation>警報を選ぶと、詳細の確認と対応ができます。</translation>
    </message>
    <message>
        <source>Priority: {name}</source>
        <translation>優先度: {name}</translation>
    </message>
    <message>
        <source>since {time}</source>
        <translation>{time}から</translation>
    </message>
    <message>
        <source>{value} (alarm {limit})</source>
        <translation>{value} (警報: {limit})</translation>
    </message>
    <message>
        <source>no value now: nobody knows whether it is still so</source>
        <translation>現在値なし: 継続中かどうか不明</translation>
    </message>
    <message>
        <source>protects people</source>
        <translation>人命保護</translation>
    </message>
    <message>
        <source>Acknowledged by {name} at {time}</source>
        <translation>{name}が{time}に確認</translation>
    </message>
    <message>
        <source>One at a time</source>
        <translation>1件ずつ操作してください</translation>
    </message>
    <message>
        <source>and {n} more</source>
        <translation>ほか{n}件</translation>
    </message>
</context>
<context>
    <name>AlarmsPage</name>
    <message>
        <source>Not written: {why}</source>
        <translation>書き込めません: {why}</translation>
    </message>
    <message>
        <source>Written: {path}</source>
        <translation>書き込みました: {path}</translation>
    </message>
    <message>
        <source>Filter by device, alarm, name, note</source>
        <translation>機器・警報・氏名・メモで絞り込み</translation>
    </message>
    <message>
        <source>Filter the alarms</source>
        <translation>警報の絞り込み</translation>
    </message>
    <message>
        <source>Alarms</source>
        <translation>警報</translation>
    </message>
    <message>
        <source>Export CSV</source>
        <translation>CSV出力</translation>
    </message>
    <message>
        <source>List</source>
        <translation>一覧</translation>
    </message>
    <message>
        <source>Journal</source>
        <translation>履歴</translation>
    </message>
    <message>
        <source>Statistics</source>
        <translation>統計</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>未解決</translation>
    </message>
    <message>
        <source>Unacknowledged</source>
        <translation>未確認</translation>
    </message>
    <message>
        <source>Put aside</source>
        <translation>保留・対象外</translation>
    </message>
    <message>
        <source>No data</source>
        <translation>データなし</translation>
    </message>
    <message>
        <source>All</source>
        <translation>すべて</translation>
    </message>
    <message>
        <source>Nothing to list here.</source>
        <translation>ここに表示する項目はありません。</translation>
    </message>
    <message>
        <source>The hub has not told its alarms yet: nobody knows whether there are any.</source>
        <translation>ハブから警報の情報がまだ届いていません。警報の有無は不明です。</translation>
    </message>
    <message>
        <source>No alarm is open.</source>
        <translation>発生中の警報はありません。</translation>
    </message>
    <message>
        <source>Sound off</source>
        <translation>警報音 切</translation>
    </message>
    <message>
        <source>Sound on</source>
        <translation>警報音 入</translation>
    </message>
    <message>
        <source>A new critical or high alarm is heard until it is answered</source>
        <translation>優先度が緊急・高の新しい警報は、確認されるまで音で知らせます</translation>
    </message>
</context>
<context>
    <name>AreaTreeView</name>
    <message>
        <source>Devices</source>
        <translation>機器</translation>
    </message>
    <message>
        <source>Gateways and devices of the area</source>
        <translation>エリアのゲートウェイと機器</translation>
    </message>
</context>
<context>
    <name>AskingDialog</name>
    <message>
        <source>Reason (required)</source>
        <translation>理由(必須)</translation>
    </message>
    <message>
        <source>Note (optional)</source>
        <translation>メモ(任意)</translation>
    </message>
</context>
<context>
    <name>AuditPage</name>
    <message>
        <source>Not written: {why}</source>
        <translation>書き込めません: {why}</translation>
    </message>
    <message>
        <source>Written: {path}</source>
        <translation>書き込みました: {path}</translation>
    </message>
    <message>
        <source>Filter by person, action, target</source>
        <translation>利用者・操作・対象で絞り込み</translation>
    </message>
    <message>
        <source>Filter the audit log</source>
        <translation>監査記録の絞り込み</translation>
    </message>
    <message>
        <source>Audit log</source>
        <translation>監査記録</translation>
    </message>
    <message>
        <source>Verify the chain</source>
        <translation>記録の連鎖を検証</translation>
    </message>
    <message>
        <source>Refresh</source>
        <translation>更新</translation>
    </message>
    <message>
        <source>Export CSV</source>
        <translation>CSV出力</translation>
    </message>
    <message>
        <source>Show older entries</source>
        <translation>さらに古い記録を表示</translation>
    </message>
    <message>
        <source>{shown} of {all} entries</source>
        <translation>{all}件中{shown}件</translation>
    </message>
    <message>
        <source>No entry has all of these words.</source>
        <translation>すべての語を含む記録はありません。</translation>
    </message>
    <message>
        <source>The hub keeps no entry yet.</source>
        <translation>ハブに記録はまだありません。</translation>
    </message>
    <message>
        <source>The hub has not answered yet.</source>
        <translation>ハブからの応答を待っています。</translation>
    </message>
    <message>
        <source>The hub does not show its audit log: {why}</source>
        <translation>ハブから監査記録を取得できません: {why}</translation>
    </message>
    <message>
        <source>The hub verifies every entry ...</source>
        <translation>ハブが全件を検証しています…</translation>
    </message>
    <message>
        <source>The log was tampered with: {n} faults.</source>
        <translation>記録の改ざんを検出: {n}件</translation>
    </message>
    <message>
        <source>The chain of {n} entries is whole, its head is signed by this hub.</source>
        <translation>{n}件の記録の連鎖に欠けはなく、先頭にこのハブの署名があります。</translation>
    </message>
    <message>
        <source>Entry {seq}: {reason}</source>
        <translation>記録{seq}: {reason}</translation>
    </message>
</context>
<context>
    <name>BuildingCard</name>
    <message>
        <source>Close the card of the building</source>
        <translation>建物カードを閉じる</translation>
    </message>
    <message>
        <source>Attribute</source>
        <translation>属性</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>値</translation>
    </message>
    <message>
        <source>Attributes of the building</source>
        <translation>建物の属性</translation>
    </message>
</context>
<context>
    <name>BulkDialog</name>
    <message>
        <source>Change several devices</source>
        <translation>複数の機器を変更</translation>
    </message>
    <message>
        <source>unchanged</source>
        <translation>変更しない</translation>
    </message>
    <message>
        <source>Read every, seconds</source>
        <translation>読み取り周期(秒)</translation>
    </message>
    <message>
        <source>Read them</source>
        <translation>読み取る</translation>
    </message>
    <message>
        <source>Do not read them</source>
        <translation>読み取らない</translation>
    </message>
    <message>
        <source>Whether they are read</source>
        <translation>読み取るかどうか</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>変更内容を確認</translation>
    </message>
    <message>
        <source>{n} devices</source>
        <translation>{n}台の機器</translation>
    </message>
    <message>
        <source>Read every</source>
        <translation>読み取り周期</translation>
    </message>
    <message>
        <source>s</source>
        <translation>秒</translation>
    </message>
    <message>
        <source>Seconds from 1 to 86400</source>
        <translation>1から86400までの秒数を入力してください</translation>
    </message>
</context>
<context>
    <name>CareCharge</name>
    <message>
        <source>Looked after by</source>
        <translation>担当の介護者</translation>
    </message>
    <message>
        <source>Wears</source>
        <translation>身に着ける機器</translation>
    </message>
    <message>
        <source>Who is ticked sees this resident, from now on. Nobody else does.</source>
        <translation>印を付けた人だけが、この入居者を見られます(記録するとすぐ)。</translation>
    </message>
    <message>
        <source>Gateways hear of it within a minute. Without consent nothing is collected.</source>
        <translation>ゲートウェイには1分以内に伝わります。同意がなければ何も集めません。</translation>
    </message>
    <message>
        <source>There is no caregiver yet: at the hub, area-hub user add NAME --role caregiver.</source>
        <translation>介護者がまだいません。ハブで area-hub user add 名前 --role caregiver を実行します。</translation>
    </message>
    <message>
        <source>Record who looks after them</source>
        <translation>担当を記録</translation>
    </message>
    <message>
        <source>Record what they wear</source>
        <translation>機器を記録</translation>
    </message>
    <message>
        <source>Caregivers</source>
        <translation>介護者</translation>
    </message>
    <message>
        <source>Wearables</source>
        <translation>身に着ける機器</translation>
    </message>
    <message>
        <source>Choose a resident at the left.</source>
        <translation>左から入居者を選んでください。</translation>
    </message>
    <message>
        <source>Pseudonym: {id}</source>
        <translation>仮名: {id}</translation>
    </message>
    <message>
        <source>{name} (no account any more)</source>
        <translation>{name} (アカウントはもうありません)</translation>
    </message>
    <message>
        <source>{device} (not in the area any more)</source>
        <translation>{device} (エリアにはもうありません)</translation>
    </message>
    <message>
        <source>{device}: worn by {label}</source>
        <translation>{device}: {label} が使用中</translation>
    </message>
</context>
<context>
    <name>CareConsent</name>
    <message>
        <source>Every version, newest first</source>
        <translation>これまでの同意 (新しい順)</translation>
    </message>
    <message>
        <source>Record a consent</source>
        <translation>同意を記録する</translation>
    </message>
    <message>
        <source>Take a consent back</source>
        <translation>同意を取り消す</translation>
    </message>
    <message>
        <source>Agreed to</source>
        <translation>同意の内容</translation>
    </message>
    <message>
        <source>Version of the consent form</source>
        <translation>同意書の版</translation>
    </message>
    <message>
        <source>Given on</source>
        <translation>同意した日</translation>
    </message>
    <message>
        <source>Given by</source>
        <translation>同意した人</translation>
    </message>
    <message>
        <source>Empty: the resident. Else daughter, guardian ...</source>
        <translation>本人なら空のまま。代理の場合は 長女、後見人 など</translation>
    </message>
    <message>
        <source>As printed on the paper, such as 2026-04</source>
        <translation>同意書に印刷された版。例: 2026-04</translation>
    </message>
    <message>
        <source>Record consent</source>
        <translation>同意を記録</translation>
    </message>
    <message>
        <source>Show what would be deleted ...</source>
        <translation>消えるものを先に見る…</translation>
    </message>
    <message>
        <source>Change nothing</source>
        <translation>何も変えない</translation>
    </message>
    <message>
        <source>Take back and delete</source>
        <translation>取り消して消す</translation>
    </message>
    <message>
        <source>Tick what is no longer agreed to.</source>
        <translation>取り消すものに印を付けてください。</translation>
    </message>
    <message>
        <source>Agreed to now: {what}</source>
        <translation>いま同意があるもの: {what}</translation>
    </message>
    <message>
        <source>Nothing is agreed to: nothing is collected and nothing can be recorded.</source>
        <translation>同意がありません。何も集めず、記録もできません。</translation>
    </message>
    <message>
        <source>None</source>
        <translation>なし</translation>
    </message>
    <message>
        <source>taken back {at}</source>
        <translation>取り消し {at}</translation>
    </message>
    <message>
        <source>Taken back: {what}</source>
        <translation>取り消すもの: {what}</translation>
    </message>
    <message>
        <source>Deleted for ever: {what}</source>
        <translation>元に戻せない形で消えるもの: {what}</translation>
    </message>
    <message>
        <source>Stays agreed to: {what}</source>
        <translation>同意が残るもの: {what}</translation>
    </message>
    <message>
        <source>Gateways stop collecting within seconds and delete what they keep.</source>
        <translation>ゲートウェイは数秒で収集をやめ、手元の記録も消します。</translation>
    </message>
    <message>
        <source>Tick at least one thing that is agreed to.</source>
        <translation>同意の内容に1つ以上 印を付けてください。</translation>
    </message>
    <message>
        <source>Write which version of the consent form was signed.</source>
        <translation>どの版の同意書に署名したかを書いてください。</translation>
    </message>
    <message>
        <source>Write the date as YYYY-MM-DD, not later than today.</source>
        <translation>日付は YYYY-MM-DD の形で、今日までの日を書いてください。</translation>
    </message>
</context>
<context>
    <name>CareCycle</name>
    <message>
        <source>Earlier cycles</source>
        <translation>これまでのサイクル</translation>
    </message>
    <message>
        <source>Correct</source>
        <translation>直す</translation>
    </message>
    <message>
        <source>Care cycle {n}</source>
        <translation>ケアサイクル {n}</translation>
    </message>
    <message>
        <source>Not recorded yet</source>
        <translation>まだ記録がありません</translation>
    </message>
    <message>
        <source>{day}, {by}, {minutes} min</source>
        <translation>{day} {by} {minutes}分</translation>
    </message>
    <message>
        <source>{what}: {owner}, until {due}</source>
        <translation>{what}: {owner} ({due} まで)</translation>
    </message>
    <message>
        <source>Review on {day}</source>
        <translation>再評価の日 {day}</translation>
    </message>
    <message>
        <source>The review is due since {day}.</source>
        <translation>再評価の日 ({day}) が来ています。</translation>
    </message>
    <message>
        <source>Next review: {day}</source>
        <translation>次の再評価: {day}</translation>
    </message>
    <message>
        <source>Cycle {n}: {first} to {last}. {text}</source>
        <translation>サイクル {n}: {first} から {last} まで。{text}</translation>
    </message>
</context>
<context>
    <name>CareDays</name>
    <message>
        <source>A dash is not known, not 0. A day counts from 16 hours worn, a night from 4.</source>
        <translation>「—」は分からないという意味で、0ではありません。昼は16時間、夜は4時間着けた日から数えます。</translation>
    </message>
    <message>
        <source>Days as a table</source>
        <translation>1日ごとの表</translation>
    </message>
</context>
<context>
    <name>CareEnrolment</name>
    <message>
        <source>Register a resident</source>
        <translation>入居者を登録</translation>
    </message>
    <message>
        <source>Never a name: a letter or a room. The gateway makes the pseudonym; the technician reads it there with area-edge pseudonyms.</source>
        <translation>名前は書きません。記号か部屋番号にします。仮名はゲートウェイが作ります。技術者がゲートウェイで area-edge pseudonyms を実行すると分かります。</translation>
    </message>
    <message>
        <source>Label</source>
        <translation>呼び名</translation>
    </message>
    <message>
        <source>Pseudonym</source>
        <translation>仮名</translation>
    </message>
    <message>
        <source>Such as A or 101</source>
        <translation>例: A、101</translation>
    </message>
    <message>
        <source>p- and 26 letters and digits</source>
        <translation>p- と英数字26文字</translation>
    </message>
    <message>
        <source>Register</source>
        <translation>登録</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>キャンセル</translation>
    </message>
    <message>
        <source>Write a label, such as a letter or a room.</source>
        <translation>呼び名を書いてください(記号か部屋番号)。</translation>
    </message>
    <message>
        <source>A pseudonym is p- and 26 small letters and digits 2 to 7, as the gateway shows it.</source>
        <translation>仮名は p- のあとに、小文字と数字2〜7の26文字です。ゲートウェイの表示のとおりに書いてください。</translation>
    </message>
</context>
<context>
    <name>CareEvents</name>
    <message>
        <source>Events</source>
        <translation>できごと</translation>
    </message>
    <message>
        <source>What you found (optional)</source>
        <translation>様子 (書かなくてもよい)</translation>
    </message>
    <message>
        <source>What you found</source>
        <translation>様子</translation>
    </message>
    <message>
        <source>It was real</source>
        <translation>本当だった</translation>
    </message>
    <message>
        <source>False alarm</source>
        <translation>誤報だった</translation>
    </message>
    <message>
        <source>{device}: {real} of {all} were real</source>
        <translation>{device}: {all} 件のうち {real} 件が本当</translation>
    </message>
    <message>
        <source>Every event has been answered.</source>
        <translation>確認待ちのできごとはありません。</translation>
    </message>
    <message>
        <source>{what} at {at}. Go and look, then say what it was:</source>
        <translation>{at} {what}。様子を見て、どうだったかを選んでください:</translation>
    </message>
</context>
<context>
    <name>CareList</name>
    <message>
        <source>Who needs a look: {n}</source>
        <translation>様子を見てほしい方: {n}件</translation>
    </message>
    <message>
        <source>Who needs a look</source>
        <translation>様子を見てほしい方</translation>
    </message>
    <message>
        <source>Nobody has answered for 5 minutes</source>
        <translation>5分たっても確認されていません</translation>
    </message>
    <message>
        <source>Since {at} ({age} ago)</source>
        <translation>{at} から ({age}前)</translation>
    </message>
    <message>
        <source>To do: {what}</source>
        <translation>すること: {what}</translation>
    </message>
    <message>
        <source>No consent to wearables: nothing is collected</source>
        <translation>機器の同意がないため、集めていません</translation>
    </message>
    <message>
        <source>As usual</source>
        <translation>いつもどおり</translation>
    </message>
    <message>
        <source>No answer since {at}: this may be over, or more may have happened.</source>
        <translation>{at} から返事がありません。もう終わったことや、新しいできごとがあるかもしれません。</translation>
    </message>
    <message>
        <source>As of {at}</source>
        <translation>{at} 現在</translation>
    </message>
</context>
<context>
    <name>CareNews2</name>
    <message>
        <source>Enter what you measured yourself, all seven at one time. A wearable fills in nothing. A score for the record, not a diagnosis: act by your home&apos;s own rules.</source>
        <translation>ご自身が測った7項目を、同じ時刻のものとして入力します。身に着ける機器からは入りません。記録のための点数で、診断ではありません。施設の決まりに従って動いてください。</translation>
    </message>
    <message>
        <source>not taken</source>
        <translation>測っていない</translation>
    </message>
    <message>
        <source>no (air)</source>
        <translation>なし (空気)</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>あり</translation>
    </message>
    <message>
        <source>alert</source>
        <translation>はっきりしている</translation>
    </message>
    <message>
        <source>confused, or answers to voice or pain only, or not</source>
        <translation>混乱、声や痛みにだけ反応、反応なし</translation>
    </message>
    <message>
        <source>Second oxygen scale (only where a doctor prescribed it)</source>
        <translation>酸素の第2スケール (医師の指示がある場合だけ)</translation>
    </message>
    <message>
        <source>Record NEWS2</source>
        <translation>NEWS2 を記録</translation>
    </message>
    <message>
        <source>NEWS2 recorded so far</source>
        <translation>これまでの NEWS2</translation>
    </message>
    <message>
        <source>{n} points ({level})</source>
        <translation>{n} 点 ({level})</translation>
    </message>
    <message>
        <source>{n} of {all}: no score before all are there</source>
        <translation>{n}/{all} 項目: そろうまで点数は出ません</translation>
    </message>
    <message>
        <source>{what}: {value} cannot be. Enter {least} to {most}.</source>
        <translation>{what}: {value} は入力できません。{least}〜{most} を入れてください。</translation>
    </message>
</context>
<context>
    <name>CarePage</name>
    <message>
        <source>Enter a score</source>
        <translation>スコアを入力</translation>
    </message>
    <message>
        <source>Handover (PDF)</source>
        <translation>申し送り (PDF)</translation>
    </message>
    <message>
        <source>Look back at the month (PDF)</source>
        <translation>月のまとめ (PDF)</translation>
    </message>
    <message>
        <source>Refresh</source>
        <translation>更新</translation>
    </message>
    <message>
        <source>Recorded.</source>
        <translation>記録しました。</translation>
    </message>
    <message>
        <source>Sign in as a caregiver: only caregivers see residents.</source>
        <translation>介護者としてサインインしてください。入居者の情報は介護者だけが見られます。</translation>
    </message>
    <message>
        <source>Write PDF</source>
        <translation>PDFに書き出す</translation>
    </message>
    <message>
        <source>Not written: {why}</source>
        <translation>書き出せませんでした: {why}</translation>
    </message>
    <message>
        <source>Written: {path}</source>
        <translation>書き出しました: {path}</translation>
    </message>
</context>
<context>
    <name>CareResident</name>
    <message>
        <source>Events</source>
        <translation>できごと</translation>
    </message>
    <message>
        <source>Scores</source>
        <translation>スコア</translation>
    </message>
    <message>
        <source>Notes</source>
        <translation>記録</translation>
    </message>
    <message>
        <source>It was real</source>
        <translation>本当だった</translation>
    </message>
    <message>
        <source>False alarm</source>
        <translation>誤報だった</translation>
    </message>
    <message>
        <source>Write what you saw</source>
        <translation>見たことを書いてください</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>記録</translation>
    </message>
    <message>
        <source>For the next shift</source>
        <translation>次の勤務への申し送り</translation>
    </message>
    <message>
        <source>Keep note</source>
        <translation>記録する</translation>
    </message>
    <message>
        <source>Choose a resident at the left.</source>
        <translation>左から入居者を選んでください。</translation>
    </message>
    <message>
        <source>not yet</source>
        <translation>まだありません</translation>
    </message>
    <message>
        <source>{label}: battery {charge}, last heard {heard}</source>
        <translation>{label} さん: 電池 {charge}、最後の受信 {heard}</translation>
    </message>
    <message>
        <source>Worn, 28 days from left to right, 0 to 24 h downwards; hatched: nothing came. Yesterday: {worn}.</source>
        <translation>着けていた時間。左から右へ28日、上から下へ0〜24時。斜線は何も届いていない日。昨日 {worn}。</translation>
    </message>
    <message>
        <source>None</source>
        <translation>なし</translation>
    </message>
    <message>
        <source>{what} at {at}. Go and look, then say what it was:</source>
        <translation>{at} {what}。様子を見て、どうだったかを選んでください:</translation>
    </message>
</context>
<context>
    <name>CareRhythm</name>
    <message>
        <source>Sleep is estimated from stillness. One row is one night, from noon to noon.</source>
        <translation>睡眠は体の動きからの推定です。1行が一晩 (昼12時から次の昼12時まで) です。</translation>
    </message>
    <message>
        <source>Filled: asleep. Empty: awake. Hatched: not known, not 0.</source>
        <translation>塗りつぶし: 眠っている。白: 起きている。斜線: 分からない (0ではありません)。</translation>
    </message>
    <message>
        <source>Nights as a table</source>
        <translation>夜ごとの表</translation>
    </message>
    <message>
        <source>Sleep of 14 nights; the table below says the same</source>
        <translation>14日分の睡眠。下の表に同じ内容があります</translation>
    </message>
    <message>
        <source>From {n} complete days of the last 28; a dash is not known.</source>
        <translation>この28日間のうち そろっている {n} 日から計算。「—」は分からないという意味です。</translation>
    </message>
</context>
<context>
    <name>CareTabs</name>
    <message>
        <source>Today</source>
        <translation>今日</translation>
    </message>
    <message>
        <source>Day by day</source>
        <translation>1日ごと</translation>
    </message>
    <message>
        <source>Sleep and rhythm</source>
        <translation>睡眠とリズム</translation>
    </message>
    <message>
        <source>Care cycle</source>
        <translation>ケアサイクル</translation>
    </message>
    <message>
        <source>Events</source>
        <translation>できごと</translation>
    </message>
    <message>
        <source>NEWS2</source>
        <translation>NEWS2</translation>
    </message>
    <message>
        <source>Consent</source>
        <translation>同意</translation>
    </message>
</context>
<context>
    <name>ChangesDialog</name>
    <message>
        <source>Take into the drafts</source>
        <translation>下書きに取り込む</translation>
    </message>
    <message>
        <source>{n} mistakes: nothing is taken until they are mended.</source>
        <translation>{n}件の誤りがあります。直すまで何も取り込みません。</translation>
    </message>
    <message>
        <source>Column</source>
        <translation>列</translation>
    </message>
    <message>
        <source>What is wrong</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>Row</source>
        <translation>行</translation>
    </message>
    <message>
        <source>{n} changes. They go into the drafts; each gateway is applied there.</source>
        <translation>{n}件の変更を下書きに取り込みます。適用はゲートウェイごとに行います。</translation>
    </message>
    <message>
        <source>Nothing differs from the drafts.</source>
        <translation>下書きと違うところはありません。</translation>
    </message>
    <message>
        <source>Gateway</source>
        <translation>ゲートウェイ</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>機器</translation>
    </message>
    <message>
        <source>Setting</source>
        <translation>設定</translation>
    </message>
    <message>
        <source>Now</source>
        <translation>現在</translation>
    </message>
    <message>
        <source>Then</source>
        <translation>変更後</translation>
    </message>
</context>
<context>
    <name>CommandDialog</name>
    <message>
        <source>Reason (required, stands in the audit log)</source>
        <translation>理由(必須・監査記録に残ります)</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>理由</translation>
    </message>
    <message>
        <source>Send command</source>
        <translation>指令を送る</translation>
    </message>
</context>
<context>
    <name>CommandForm</name>
    <message>
        <source>Send ...</source>
        <translation>送る…</translation>
    </message>
    <message>
        <source>Now: {value}</source>
        <translation>現在 {value}</translation>
    </message>
    <message>
        <source>I have made sure that nobody and nothing is harmed by it.</source>
        <translation>人や設備に害がないことを確認しました。</translation>
    </message>
    <message>
        <source>It waits until somebody confirms it at the gateway itself.</source>
        <translation>ゲートウェイ側で確認されるまで待ちます。</translation>
    </message>
    <message>
        <source>Limits: {limits}</source>
        <translation>範囲: {limits}</translation>
    </message>
    <message>
        <source>at most every {n:g} s</source>
        <translation>{n:g}秒に1回まで</translation>
    </message>
    <message>
        <source>Interlock: {text}</source>
        <translation>インターロック中: {text}</translation>
    </message>
    <message>
        <source>Condition: {text}</source>
        <translation>条件: {text}</translation>
    </message>
</context>
<context>
    <name>CommandPanel</name>
    <message>
        <source>Commands given</source>
        <translation>指令の記録</translation>
    </message>
    <message>
        <source>None yet.</source>
        <translation>まだありません。</translation>
    </message>
</context>
<context>
    <name>CommissioningPanel</name>
    <message>
        <source>These steps are done at the gateway itself (SSH or keyboard). The agent uses the line while it runs: stop it before the first step, start it after the last.</source>
        <translation>次の手順はゲートウェイ本体で行います(SSHまたはキーボード)。エージェントの動作中は回線を使っているため、最初に停止し、最後に起動してください。</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>機器</translation>
    </message>
    <message>
        <source>Settings file there</source>
        <translation>設定ファイル</translation>
    </message>
    <message>
        <source>Device to commission</source>
        <translation>設置する機器</translation>
    </message>
    <message>
        <source>Settings file at the gateway</source>
        <translation>ゲートウェイの設定ファイル</translation>
    </message>
    <message>
        <source>This gateway has no devices in the area.</source>
        <translation>このゲートウェイの機器はエリアにありません。</translation>
    </message>
    <message>
        <source>Seen from here: {state}, {good} of {all} values are good.</source>
        <translation>ここから見た状態: {state}、{all}項目中{good}項目が良好です。</translation>
    </message>
    <message>
        <source>The gateway says that it does not answer.</source>
        <translation>ゲートウェイに応答していません。</translation>
    </message>
</context>
<context>
    <name>ConfigurationPanel</name>
    <message>
        <source>What would change</source>
        <translation>変更点</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>元に戻す</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>やり直す</translation>
    </message>
    <message>
        <source>Discard draft</source>
        <translation>下書きを破棄</translation>
    </message>
    <message>
        <source>Apply to gateway</source>
        <translation>ゲートウェイに適用</translation>
    </message>
    <message>
        <source>Note for the history (optional)</source>
        <translation>履歴に残すメモ(任意)</translation>
    </message>
    <message>
        <source>Note for the history</source>
        <translation>履歴に残すメモ</translation>
    </message>
    <message>
        <source>and {n} more</source>
        <translation>ほか{n}件</translation>
    </message>
    <message>
        <source>Nothing: the draft is what the gateway runs.</source>
        <translation>ありません。下書きは現在の設定と同じです。</translation>
    </message>
    <message>
        <source>standard</source>
        <translation>標準</translation>
    </message>
    <message>
        <source>The gateway has not said yet what it runs.</source>
        <translation>ゲートウェイから現在の設定がまだ届いていません。</translation>
    </message>
    <message>
        <source>In force at the gateway: version {n}</source>
        <translation>ゲートウェイで有効な版: {n}</translation>
    </message>
    <message>
        <source>Version {n}: {state}</source>
        <translation>第{n}版: {state}</translation>
    </message>
    <message>
        <source>Somebody changed the gateway meanwhile: look before you apply.</source>
        <translation>他の人がこのゲートウェイを変更しました。適用前に確認してください。</translation>
    </message>
    <message>
        <source>Nothing to apply.</source>
        <translation>適用する変更はありません。</translation>
    </message>
    <message>
        <source>Wrong fields: {n}. Mend them first.</source>
        <translation>{n}項目に誤りがあります。先に直してください。</translation>
    </message>
    <message>
        <source>No connection to the hub: the draft is kept on this machine.</source>
        <translation>ハブに接続していません。下書きはこの端末に保存されています。</translation>
    </message>
    <message>
        <source>Only the area manager and technicians apply settings.</source>
        <translation>設定を適用できるのはエリア管理者と技術者です。</translation>
    </message>
    <message>
        <source>A version is under way: wait for its end.</source>
        <translation>適用中の版があります。完了を待ってください。</translation>
    </message>
</context>
<context>
    <name>ConsentWiring</name>
    <message>
        <source>The hub does not answer; nothing was recorded. Try again.</source>
        <translation>ハブから返事がなく、何も記録していません。もう一度お試しください。</translation>
    </message>
</context>
<context>
    <name>Console</name>
    <message>
        <source>The hub refuses: {why}</source>
        <translation>ハブが接続を拒否しました。{why}</translation>
    </message>
    <message>
        <source>A city file cannot be shown. {why}</source>
        <translation>都市モデルのファイルを表示できません。{why}</translation>
    </message>
    <message>
        <source>The hub {url} does not answer. Values shown are the last ones heard; trying again.</source>
        <translation>ハブ {url} から応答がありません。表示中の値は最後に受信したものです。再接続を続けています。</translation>
    </message>
</context>
<context>
    <name>Curtain</name>
    <message>
        <source>{n} alarms wait for an answer</source>
        <translation>{n}件の警報が確認待ちです</translation>
    </message>
    <message>
        <source>No alarm waits</source>
        <translation>確認待ちの警報はありません</translation>
    </message>
    <message>
        <source>The console is locked</source>
        <translation>コンソールはロックされています</translation>
    </message>
    <message>
        <source>Sign out</source>
        <translation>サインアウト</translation>
    </message>
</context>
<context>
    <name>DemandGauge</name>
    <message>
        <source>This half hour will end with</source>
        <translation>この30分のデマンド予測</translation>
    </message>
    <message>
        <source>Now {now} kW; up to {allowed} kW are still allowed</source>
        <translation>現在 {now} kW、許容 {allowed} kW まで</translation>
    </message>
    <message>
        <source>The demand control has told nothing yet.</source>
        <translation>デマンド制御からの通知がまだありません。</translation>
    </message>
    <message>
        <source>The demand control is silent for {age} s.</source>
        <translation>デマンド制御から {age} 秒間通知がありません。</translation>
    </message>
    <message>
        <source>Measured {minutes} of {passed} minutes; the rest as at target</source>
        <translation>計測済み {minutes} 分 / 経過 {passed} 分（残りは目標値とみなす）</translation>
    </message>
    <message>
        <source>control: on schedule</source>
        <translation>制御: 計画どおり</translation>
    </message>
    <message>
        <source>control: stage {stage} acts</source>
        <translation>制御: 第{stage}段が作動中</translation>
    </message>
    <message>
        <source>{left} left</source>
        <translation>残り {left}</translation>
    </message>
    <message>
        <source>Contract {kw}</source>
        <translation>契約 {kw}</translation>
    </message>
    <message>
        <source>Target {kw}</source>
        <translation>目標 {kw}</translation>
    </message>
</context>
<context>
    <name>DeviceCard</name>
    <message>
        <source>Main values of all devices</source>
        <translation>全機器の主な値</translation>
    </message>
    <message>
        <source>Values of the chosen device</source>
        <translation>選択した機器の値</translation>
    </message>
    <message>
        <source>Main values</source>
        <translation>主な値</translation>
    </message>
    <message>
        <source>Choose a device to see all of its values.</source>
        <translation>機器を選ぶと、すべての値を表示します。</translation>
    </message>
</context>
<context>
    <name>DeviceSheet</name>
    <message>
        <source>Values of the chosen device</source>
        <translation>選択した機器の測定値</translation>
    </message>
    <message>
        <source>Values</source>
        <translation>測定値</translation>
    </message>
    <message>
        <source>Commands</source>
        <translation>指令</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>設定</translation>
    </message>
    <message>
        <source>History</source>
        <translation>履歴</translation>
    </message>
    <message>
        <source>Show in the twin</source>
        <translation>3Dで表示</translation>
    </message>
    <message>
        <source>Show trend</source>
        <translation>トレンド</translation>
    </message>
    <message>
        <source>does not answer its gateway</source>
        <translation>ゲートウェイに応答なし</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状態</translation>
    </message>
    <message>
        <source>Last heard</source>
        <translation>最終受信</translation>
    </message>
    <message>
        <source>Id</source>
        <translation>ID</translation>
    </message>
    <message>
        <source>Profile</source>
        <translation>プロファイル</translation>
    </message>
    <message>
        <source>Gateway</source>
        <translation>ゲートウェイ</translation>
    </message>
    <message>
        <source>Line</source>
        <translation>回線</translation>
    </message>
    <message>
        <source>Read</source>
        <translation>読み取り</translation>
    </message>
    <message>
        <source>Position</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>not read (settings)</source>
        <translation>停止中(設定)</translation>
    </message>
    <message>
        <source>as the model says</source>
        <translation>機種の標準</translation>
    </message>
    <message>
        <source>every {n:g} s</source>
        <translation>{n:g}秒ごと</translation>
    </message>
</context>
<context>
    <name>DeviceTrendPanel</name>
    <message>
        <source>Quantity to plot</source>
        <translation>グラフに表示する項目</translation>
    </message>
</context>
<context>
    <name>DevicesPage</name>
    <message>
        <source>Not written: {why}</source>
        <translation>書き出せません: {why}</translation>
    </message>
    <message>
        <source>Written: {path}</source>
        <translation>書き出しました: {path}</translation>
    </message>
    <message>
        <source>The file is too large for a table of devices.</source>
        <translation>機器の表としては大きすぎるファイルです。</translation>
    </message>
    <message>
        <source>Not read: {why}</source>
        <translation>読み込めません: {why}</translation>
    </message>
    <message>
        <source>Not read: save the file as UTF-8 (CSV UTF-8 in Excel).</source>
        <translation>読み込めません。UTF-8で保存してください(Excelでは「CSV UTF-8」)。</translation>
    </message>
    <message>
        <source>Filter by name, model, state, id</source>
        <translation>名称・機種・状態・IDで絞り込み</translation>
    </message>
    <message>
        <source>Filter the devices</source>
        <translation>機器を絞り込む</translation>
    </message>
    <message>
        <source>Gateways and devices</source>
        <translation>ゲートウェイと機器</translation>
    </message>
    <message>
        <source>Change chosen</source>
        <translation>選択を変更</translation>
    </message>
    <message>
        <source>Export CSV</source>
        <translation>CSV出力</translation>
    </message>
    <message>
        <source>Import CSV</source>
        <translation>CSV取込</translation>
    </message>
    <message>
        <source>Choose several devices (Ctrl or Shift)</source>
        <translation>複数の機器を選んでください(CtrlまたはShift)</translation>
    </message>
    <message>
        <source>{n} changes are in the drafts.</source>
        <translation>{n}件の変更を下書きに取り込みました。</translation>
    </message>
</context>
<context>
    <name>EditorPage</name>
    <message>
        <source>Click in the map where it stands; Esc leaves it where it is.</source>
        <translation>地図で設置場所をクリックしてください。Escで今の場所のままにします。</translation>
    </message>
    <message>
        <source>CityGML files or zips</source>
        <translation>CityGMLファイルまたはzip</translation>
    </message>
    <message>
        <source>Reading the buildings ...</source>
        <translation>建物データを読み込んでいます…</translation>
    </message>
    <message>
        <source>Add a device</source>
        <translation>機器を追加</translation>
    </message>
    <message>
        <source>Add a gateway</source>
        <translation>ゲートウェイを追加</translation>
    </message>
    <message>
        <source>Add a link or band</source>
        <translation>接続・時間帯を追加</translation>
    </message>
    <message>
        <source>Place in the map</source>
        <translation>地図で配置</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>削除</translation>
    </message>
    <message>
        <source>Import buildings</source>
        <translation>建物データを取込</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>元に戻す</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>やり直す</translation>
    </message>
    <message>
        <source>Discard draft</source>
        <translation>下書きを破棄</translation>
    </message>
    <message>
        <source>Save ...</source>
        <translation>保存…</translation>
    </message>
    <message>
        <source>Show the changed area</source>
        <translation>変更後のエリアを表示</translation>
    </message>
    <message>
        <source>Opens the console anew; drafts stay, people sign in again</source>
        <translation>コンソールを開き直します。下書きは残り、サインインは再度必要です</translation>
    </message>
    <message>
        <source>Opening the map ...</source>
        <translation>地図を開いています…</translation>
    </message>
    <message>
        <source>Parts of the area</source>
        <translation>エリアの構成</translation>
    </message>
    <message>
        <source>Mistakes</source>
        <translation>誤り</translation>
    </message>
    <message>
        <source>New folder for the area</source>
        <translation>エリアの新しいフォルダー</translation>
    </message>
    <message>
        <source>Nothing differs from what was saved.</source>
        <translation>保存済みの内容との違いはありません。</translation>
    </message>
    <message>
        <source>The area is being checked ...</source>
        <translation>エリアを確認しています…</translation>
    </message>
    <message>
        <source>Mistakes: {n}. Mend them first.</source>
        <translation>誤りが{n}件あります。先に直してください。</translation>
    </message>
    <message>
        <source>This area was opened from a file, not from the hub.</source>
        <translation>このエリアはハブからではなくファイルから開いています。</translation>
    </message>
    <message>
        <source>No connection to the hub: the draft is kept on this machine.</source>
        <translation>ハブに接続していません。下書きはこの端末に保存されています。</translation>
    </message>
    <message>
        <source>Only the area manager and technicians change the area.</source>
        <translation>エリアを変更できるのはエリア管理者と技術者だけです。</translation>
    </message>
    <message>
        <source>The past is shown: return to the present first.</source>
        <translation>過去を表示しています。先に現在へ戻ってください。</translation>
    </message>
    <message>
        <source>Mistakes: {n}</source>
        <translation>誤り: {n}件</translation>
    </message>
</context>
<context>
    <name>EditorWiring</name>
    <message>
        <source>The draft from before is back. Undo takes it away again.</source>
        <translation>前回の下書きを復元しました。「元に戻す」で取り消せます。</translation>
    </message>
    <message>
        <source>The area was changed since your draft was begun: the draft is kept at {path}.</source>
        <translation>下書きの開始後にエリアが変更されました。下書きは {path} に残してあります。</translation>
    </message>
    <message>
        <source>The hub checks the area ...</source>
        <translation>ハブがエリアを確認しています…</translation>
    </message>
    <message>
        <source>Saved: {path}</source>
        <translation>保存しました: {path}</translation>
    </message>
    <message>
        <source>{n} buildings imported. Moved along with the centre: {moved}</source>
        <translation>建物{n}棟を取り込みました。中心と一緒に移動: {moved}</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>なし</translation>
    </message>
    <message>
        <source>Version {n} of the area is in force at the hub. Told: {told}.</source>
        <translation>エリアの第{n}版がハブで有効になりました。通知先: {told}。</translation>
    </message>
    <message>
        <source>no gateway</source>
        <translation>なし</translation>
    </message>
    <message>
        <source>Not told, as they have never reported: {names}.</source>
        <translation>未報告のため通知していません: {names}。</translation>
    </message>
    <message>
        <source>Not sent, the draft is kept: {why}</source>
        <translation>送信できませんでした。下書きは残っています: {why}</translation>
    </message>
</context>
<context>
    <name>EnergyActions</name>
    <message>
        <source>Plan now</source>
        <translation>計画を作成</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>中止</translation>
    </message>
    <message>
        <source>Apply</source>
        <translation>適用</translation>
    </message>
    <message>
        <source>Take back</source>
        <translation>取り消し</translation>
    </message>
    <message>
        <source>Gateways fall back to their own control at once.</source>
        <translation>ゲートウェイは直ちに自律制御に戻ります。</translation>
    </message>
    <message>
        <source>There is no plan yet.</source>
        <translation>計画がまだありません。</translation>
    </message>
    <message>
        <source>Signs the proposal and sends it to the gateways.</source>
        <translation>提案に署名してゲートウェイに送信します。</translation>
    </message>
    <message>
        <source>Planned from a SIMULATED past: the hub is young.</source>
        <translation>【模擬】の実績から計画しています (ハブの計測不足のため)。</translation>
    </message>
    <message>
        <source>Apply the plan</source>
        <translation>計画の適用</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>キャンセル</translation>
    </message>
    <message>
        <source>The gateways hold {kw} kW from {begins} until {ends} and move {devices}. Without the hub they go on until then, and fall back to their own control after it.</source>
        <translation>ゲートウェイは {begins} から {ends} まで {kw} kW を守り、{devices} を動かします。ハブとの通信が切れても期限まで続け、その後は自律制御に戻ります。</translation>
    </message>
    <message>
        <source>No plan was ever sent: the gateways hold the contract by themselves.</source>
        <translation>計画は未送信です。ゲートウェイが自律制御で契約電力を守っています。</translation>
    </message>
    <message>
        <source>Plan {id} v{version}, {kw} kW until {ends}</source>
        <translation>計画 {id} v{version}、{ends} まで {kw} kW</translation>
    </message>
    <message>
        <source>{plan} was taken back</source>
        <translation>{plan} は取り消されました</translation>
    </message>
    <message>
        <source>{plan} has lapsed</source>
        <translation>{plan} は期限切れです</translation>
    </message>
</context>
<context>
    <name>EnergyDesk</name>
    <message>
        <source>The plan was sent to the gateways.</source>
        <translation>計画をゲートウェイに送信しました。</translation>
    </message>
    <message>
        <source>The plan was taken back.</source>
        <translation>計画を取り消しました。</translation>
    </message>
    <message>
        <source>Written: {path}</source>
        <translation>書き出しました: {path}</translation>
    </message>
</context>
<context>
    <name>EnergyNumbers</name>
    <message>
        <source>Do nothing</source>
        <translation>何もしない</translation>
    </message>
    <message>
        <source>In force</source>
        <translation>適用中</translation>
    </message>
    <message>
        <source>Proposed</source>
        <translation>提案</translation>
    </message>
    <message>
        <source>Scenario</source>
        <translation>シナリオ</translation>
    </message>
    <message>
        <source>Highest, kW</source>
        <translation>最大30分値 (kW)</translation>
    </message>
    <message>
        <source>Billed peak, kW</source>
        <translation>請求対象ピーク (kW)</translation>
    </message>
    <message>
        <source>Energy, {currency}</source>
        <translation>電力量・水素 ({currency})</translation>
    </message>
    <message>
        <source>Demand, {n} months</source>
        <translation>基本料金 ({n}か月)</translation>
    </message>
    <message>
        <source>Total, {currency}</source>
        <translation>合計 ({currency})</translation>
    </message>
    <message>
        <source>CO2, kg</source>
        <translation>CO2 (kg)</translation>
    </message>
</context>
<context>
    <name>EnergyPage</name>
    <message>
        <source>Why</source>
        <translation>理由</translation>
    </message>
    <message>
        <source>Scenario</source>
        <translation>シナリオ</translation>
    </message>
    <message>
        <source>Month</source>
        <translation>月報</translation>
    </message>
</context>
<context>
    <name>EnergyPlots</name>
    <message>
        <source>Plots of load, storage, dispatch and grid; left and right choose a step</source>
        <translation>需要・貯蔵・運転・受電のグラフ。左右キーで時刻を選択</translation>
    </message>
    <message>
        <source>Load less sun</source>
        <translation>需要 (太陽光を差引)</translation>
    </message>
    <message>
        <source>Storage</source>
        <translation>貯蔵</translation>
    </message>
    <message>
        <source>Dispatched and shed</source>
        <translation>設備の出力</translation>
    </message>
    <message>
        <source>Grid import</source>
        <translation>受電</translation>
    </message>
</context>
<context>
    <name>EnergyReasons</name>
    <message>
        <source>The chosen half hour (click into a plot)</source>
        <translation>選択した30分 (グラフをクリック)</translation>
    </message>
    <message>
        <source>What more would bring</source>
        <translation>設備を増やした場合の効果</translation>
    </message>
    <message>
        <source>What the plan knows</source>
        <translation>計画の根拠</translation>
    </message>
    <message>
        <source>Nothing is planned yet: press “Plan now”.</source>
        <translation>計画がまだありません。「計画を作成」を押してください。</translation>
    </message>
    <message>
        <source>Planning was stopped.</source>
        <translation>計画の作成を中止しました。</translation>
    </message>
    <message>
        <source>No plan keeps every limit.</source>
        <translation>すべての制約を守る計画はありません。</translation>
    </message>
    <message>
        <source>There is too little to plan from.</source>
        <translation>計画に必要なデータが足りません。</translation>
    </message>
    <message>
        <source>The contract cannot be kept; the plan comes closest.</source>
        <translation>契約電力を守れません。最も近い計画を示します。</translation>
    </message>
    <message>
        <source>Forecast: {model}; today so far it missed by {kw} kW on average.</source>
        <translation>予測モデル: {model}。今日ここまでの平均誤差は {kw} kW です。</translation>
    </message>
    <message>
        <source>Proof: at most {gap} % from the cheapest plan there can be.</source>
        <translation>最適性の証明: 最も安い計画との差は最大 {gap} % です。</translation>
    </message>
    <message>
        <source>This month: {over} half hours above the contract, {near} just below it, of {known} known.</source>
        <translation>今月: 契約超過 {over} コマ、直前 {near} コマ (既知 {known} コマ中)。</translation>
    </message>
    <message>
        <source>Measured since {when}.</source>
        <translation>{when} から計測しています。</translation>
    </message>
    <message>
        <source>The hub holds no whole half hour yet.</source>
        <translation>ハブにはまだ30分分の計測がありません。</translation>
    </message>
    <message>
        <source>Before it, {file} counts.</source>
        <translation>それ以前は {file} を使います。</translation>
    </message>
    <message>
        <source>Before it, a SIMULATED past counts ({file}).</source>
        <translation>それ以前は【模擬】の実績を使います ({file})。</translation>
    </message>
</context>
<context>
    <name>GatewaySheet</name>
    <message>
        <source>Gateway · {links} lines · {devices} devices</source>
        <translation>ゲートウェイ・回線{links}本・機器{devices}台</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>設定</translation>
    </message>
    <message>
        <source>Commissioning</source>
        <translation>設置</translation>
    </message>
    <message>
        <source>History</source>
        <translation>履歴</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状態</translation>
    </message>
    <message>
        <source>Last heard</source>
        <translation>最終受信</translation>
    </message>
    <message>
        <source>Id</source>
        <translation>ID</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>版</translation>
    </message>
    <message>
        <source>Waiting readings</source>
        <translation>未送信</translation>
    </message>
    <message>
        <source>Lost readings</source>
        <translation>欠測</translation>
    </message>
    <message>
        <source>Clock ahead</source>
        <translation>時計のずれ</translation>
    </message>
    <message>
        <source>Disk free</source>
        <translation>ディスク空き</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>鍵</translation>
    </message>
    <message>
        <source>Silent devices</source>
        <translation>応答なしの機器</translation>
    </message>
    <message>
        <source>none</source>
        <translation>なし</translation>
    </message>
</context>
<context>
    <name>Habits</name>
    <message>
        <source>A hub of version {version} answers there, for the area {area}.</source>
        <translation>版 {version} のハブが応答しました(エリア: {area})。</translation>
    </message>
</context>
<context>
    <name>Header</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>キーボード操作</translation>
    </message>
    <message>
        <source>Keyboard shortcuts (F1)</source>
        <translation>キーボード操作 (F1)</translation>
    </message>
    <message>
        <source>Local time of the area</source>
        <translation>エリアの現地時刻</translation>
    </message>
    <message>
        <source>Who is signed in: {who}</source>
        <translation>サインイン中: {who}</translation>
    </message>
    <message>
        <source>Lock</source>
        <translation>ロック</translation>
    </message>
    <message>
        <source>Sign out</source>
        <translation>サインアウト</translation>
    </message>
    <message>
        <source>Signed in with a key file</source>
        <translation>キーファイルでサインイン中</translation>
    </message>
    <message>
        <source>This hub asks nobody who they are</source>
        <translation>このハブは利用者を確認しません</translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation>サインイン</translation>
    </message>
</context>
<context>
    <name>JournalPanel</name>
    <message>
        <source>Journal of alarms</source>
        <translation>警報の履歴</translation>
    </message>
    <message>
        <source>Show older lines</source>
        <translation>さらに古い履歴を表示</translation>
    </message>
    <message>
        <source>Nothing has happened to any alarm yet.</source>
        <translation>警報の履歴はまだありません。</translation>
    </message>
</context>
<context>
    <name>LayerPanel</name>
    <message>
        <source>Layers of the map</source>
        <translation>地図のレイヤー</translation>
    </message>
    <message>
        <source>Switch on what the map shall show beside the devices.</source>
        <translation>機器のほかに地図へ重ねるものを選んでください。</translation>
    </message>
</context>
<context>
    <name>LayerSaid</name>
    <message>
        <source>Working it out ...</source>
        <translation>計算しています…</translation>
    </message>
    <message>
        <source>Source: {source}</source>
        <translation>出典: {source}</translation>
    </message>
    <message>
        <source>Unit: {unit}</source>
        <translation>単位: {unit}</translation>
    </message>
    <message>
        <source>Open the table in a window</source>
        <translation>表を別ウィンドウで開く</translation>
    </message>
    <message>
        <source>The layer as a table</source>
        <translation>レイヤーの表</translation>
    </message>
</context>
<context>
    <name>LinkDialog</name>
    <message>
        <source>Add a link</source>
        <translation>接続を追加</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Smart Area Console</source>
        <translation>スマートエリア コンソール</translation>
    </message>
</context>
<context>
    <name>MonthPanel</name>
    <message>
        <source>Peak, billed demand, cost, what was saved against doing nothing, half hours above the contract with their reasons, and how much of the month is known.</source>
        <translation>最大デマンド、請求対象デマンド、料金、何もしない場合との差額、契約超過とその理由、データ充足率をまとめます。</translation>
    </message>
    <message>
        <source>PDF</source>
        <translation>PDF</translation>
    </message>
    <message>
        <source>Spreadsheet</source>
        <translation>表計算</translation>
    </message>
    <message>
        <source>Month of the report</source>
        <translation>報告の対象月</translation>
    </message>
    <message>
        <source>Plan once: that collects the measurements.</source>
        <translation>計画を一度作成すると実績が集まります。</translation>
    </message>
    <message>
        <source>Write the month report</source>
        <translation>月報の書き出し</translation>
    </message>
</context>
<context>
    <name>Navigation</name>
    <message>
        <source>Overview</source>
        <translation>概要</translation>
    </message>
    <message>
        <source>Alarms</source>
        <translation>警報</translation>
    </message>
    <message>
        <source>Energy</source>
        <translation>エネルギー</translation>
    </message>
    <message>
        <source>Trends</source>
        <translation>トレンド</translation>
    </message>
    <message>
        <source>All values</source>
        <translation>計測値</translation>
    </message>
    <message>
        <source>Devices</source>
        <translation>機器</translation>
    </message>
    <message>
        <source>Care</source>
        <translation>見守り</translation>
    </message>
    <message>
        <source>Residents</source>
        <translation>入居者</translation>
    </message>
    <message>
        <source>Technician</source>
        <translation>施工・保守</translation>
    </message>
    <message>
        <source>Audit</source>
        <translation>監査</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>設定</translation>
    </message>
    <message>
        <source>Area editor</source>
        <translation>エリア編集</translation>
    </message>
</context>
<context>
    <name>NeighbourList</name>
    <message>
        <source>Hubs and gateways on this network</source>
        <translation>このネットワークのハブとゲートウェイ</translation>
    </message>
</context>
<context>
    <name>Overview</name>
    <message>
        <source>Device</source>
        <translation>機器</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>レイヤー</translation>
    </message>
    <message>
        <source>What the map shows beside the devices (Ctrl+Shift+L)</source>
        <translation>機器のほかに地図へ重ねるもの (Ctrl+Shift+L)</translation>
    </message>
</context>
<context>
    <name>PaletteDialog</name>
    <message>
        <source>Go to or do</source>
        <translation>移動・操作の検索</translation>
    </message>
    <message>
        <source>Page, device, alarm, layer or action</source>
        <translation>ページ・機器・警報・地図の層・操作</translation>
    </message>
    <message>
        <source>What fits</source>
        <translation>候補</translation>
    </message>
    <message>
        <source>Nothing fits.</source>
        <translation>該当するものはありません。</translation>
    </message>
</context>
<context>
    <name>PartForm</name>
    <message>
        <source>The id {id} is taken: choose another.</source>
        <translation>ID「{id}」は使用中です。別のIDにしてください。</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>削除</translation>
    </message>
</context>
<context>
    <name>PastSettings</name>
    <message>
        <source>Settings as they were</source>
        <translation>当時の設定</translation>
    </message>
    <message>
        <source>The hub has not said yet what the gateway ran then.</source>
        <translation>当時の設定をハブからまだ受け取っていません。</translation>
    </message>
    <message>
        <source>No configuration from this hub was in force then.</source>
        <translation>当時、このハブから適用された設定はありません。</translation>
    </message>
    <message>
        <source>Version {n} is being asked for.</source>
        <translation>バージョン{n}を取得しています。</translation>
    </message>
    <message>
        <source>In force then: version {n}</source>
        <translation>当時の適用バージョン: {n}</translation>
    </message>
</context>
<context>
    <name>ReadingRow</name>
    <message>
        <source>Reading the city model: {done} of {count} files</source>
        <translation>都市モデルを読み込み中: {done}/{count}</translation>
    </message>
    <message>
        <source>Stop reading</source>
        <translation>読み込みを中止</translation>
    </message>
    <message>
        <source>Shows what has been read so far</source>
        <translation>ここまでに読み込んだ分を表示します</translation>
    </message>
</context>
<context>
    <name>RegistryPage</name>
    <message>
        <source>How residents are is shown to their caregivers only, and not here.</source>
        <translation>入居者の様子は担当の介護者にだけ見えます。この画面には出ません。</translation>
    </message>
    <message>
        <source>Register a resident ...</source>
        <translation>入居者を登録 ...</translation>
    </message>
    <message>
        <source>Refresh</source>
        <translation>更新</translation>
    </message>
    <message>
        <source>Residents</source>
        <translation>入居者</translation>
    </message>
    <message>
        <source>Care and devices</source>
        <translation>担当と機器</translation>
    </message>
    <message>
        <source>Consent</source>
        <translation>同意</translation>
    </message>
    <message>
        <source>Recorded.</source>
        <translation>記録しました。</translation>
    </message>
    <message>
        <source>Sign in as the area manager: only managers register residents.</source>
        <translation>エリア管理者としてサインインしてください。入居者を登録できるのは管理者だけです。</translation>
    </message>
    <message>
        <source>The hub has not answered yet.</source>
        <translation>ハブからの応答を待っています。</translation>
    </message>
    <message>
        <source>Nobody is registered yet.</source>
        <translation>登録された入居者はまだいません。</translation>
    </message>
</context>
<context>
    <name>ReportMenu</name>
    <message>
        <source>Making the report…</source>
        <translation>レポートを作成しています…</translation>
    </message>
    <message>
        <source>Save the report</source>
        <translation>レポートの保存</translation>
    </message>
    <message>
        <source>The report cannot be written. {why}</source>
        <translation>レポートを書き込めません。{why}</translation>
    </message>
    <message>
        <source>Report written: {file}</source>
        <translation>レポートを書き込みました: {file}</translation>
    </message>
    <message>
        <source>The report cannot be made. {why}</source>
        <translation>レポートを作成できません。{why}</translation>
    </message>
</context>
<context>
    <name>SaveDialog</name>
    <message>
        <source>Save the area</source>
        <translation>エリアの保存</translation>
    </message>
    <message>
        <source>{n} lines differ from what was saved</source>
        <translation>保存済みの内容と{n}行が異なります</translation>
    </message>
    <message>
        <source>Note for the history (optional)</source>
        <translation>履歴に残すメモ (任意)</translation>
    </message>
    <message>
        <source>Note for the history</source>
        <translation>履歴に残すメモ</translation>
    </message>
    <message>
        <source>Save to a file</source>
        <translation>ファイルに保存</translation>
    </message>
    <message>
        <source>Send to the hub</source>
        <translation>ハブへ送信</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>キャンセル</translation>
    </message>
</context>
<context>
    <name>ScenarioEditor</name>
    <message>
        <source>Contract</source>
        <translation>契約電力</translation>
    </message>
    <message>
        <source>Demand charge per month</source>
        <translation>基本料金単価 (月)</translation>
    </message>
    <message>
        <source>Price of energy</source>
        <translation>電力量料金</translation>
    </message>
    <message>
        <source>Price of hydrogen</source>
        <translation>水素の価格</translation>
    </message>
    <message>
        <source>Sun</source>
        <translation>太陽光</translation>
    </message>
    <message>
        <source>Load</source>
        <translation>需要</translation>
    </message>
    <message>
        <source>Available assets</source>
        <translation>使用できる設備</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>比較する</translation>
    </message>
    <message>
        <source>As it is</source>
        <translation>現状に戻す</translation>
    </message>
</context>
<context>
    <name>ScoreEntry</name>
    <message>
        <source>Enter a score</source>
        <translation>スコアを入力</translation>
    </message>
    <message>
        <source>Not recorded yet. Cancel once more to throw it away.</source>
        <translation>まだ記録していません。もう一度「キャンセル」を押すと、入力した内容が消えます。</translation>
    </message>
    <message>
        <source>Score of {label}</source>
        <translation>{label} さんのスコア</translation>
    </message>
    <message>
        <source>Such as night staff</source>
        <translation>例: 夜勤の職員</translation>
    </message>
    <message>
        <source>Instrument</source>
        <translation>評価尺度</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>用紙の版</translation>
    </message>
    <message>
        <source>Assessed on</source>
        <translation>評価した日</translation>
    </message>
    <message>
        <source>Who told you</source>
        <translation>聞いた相手</translation>
    </message>
    <message>
        <source>Score</source>
        <translation>点数</translation>
    </message>
    <message>
        <source>Burden</source>
        <translation>負担</translation>
    </message>
    <message>
        <source>This puts the score of {day} right; both are kept</source>
        <translation>{day} のスコアを直す (前の記録も残ります)</translation>
    </message>
    <message>
        <source>The last {days} days. Score: {scores}. Burden: 0 to 5. Digits and Enter or Tab; Ctrl+Enter records. Leave empty what is not known: it is not counted as 0.</source>
        <translation>この{days}日間のこと。点数: {scores}。負担: 0〜5。数字のあとにEnterかTab。Ctrl+Enterで記録します。分からない項目は空のままに。0とは数えません。</translation>
    </message>
    <message>
        <source>Write the date as YYYY-MM-DD, not later than today.</source>
        <translation>日付は YYYY-MM-DD の形で、今日までの日を書いてください。</translation>
    </message>
    <message>
        <source>Write which version of the form this is.</source>
        <translation>用紙の版を書いてください。</translation>
    </message>
    <message>
        <source>{item}: {value} is not possible. Enter one of {allowed}.</source>
        <translation>{item}: {value} は使えない数字です。{allowed} のどれかを入力してください。</translation>
    </message>
    <message>
        <source>Partial {n}/{all}: no sum is said</source>
        <translation>一部のみ {n}/{all}: 合計は出しません</translation>
    </message>
</context>
<context>
    <name>SearchField</name>
    <message>
        <source>Searching ...</source>
        <translation>検索中…</translation>
    </message>
    <message>
        <source>Nothing is found</source>
        <translation>見つかりません</translation>
    </message>
    <message>
        <source>Search buildings (Ctrl+F)</source>
        <translation>建物を検索 (Ctrl+F)</translation>
    </message>
    <message>
        <source>Id, name, use, address or any attribute</source>
        <translation>ID・名称・用途・住所・任意の属性</translation>
    </message>
    <message>
        <source>Search buildings</source>
        <translation>建物を検索</translation>
    </message>
</context>
<context>
    <name>SettingsForm</name>
    <message>
        <source>Default: {value}</source>
        <translation>標準: {value}</translation>
    </message>
    <message>
        <source>Runs now: as standard</source>
        <translation>現在: 標準</translation>
    </message>
    <message>
        <source>Runs now: {value}</source>
        <translation>現在: {value}</translation>
    </message>
</context>
<context>
    <name>SettingsPage</name>
    <message>
        <source>after {n} minutes</source>
        <translation>{n}分後</translation>
    </message>
    <message>
        <source>never</source>
        <translation>しない</translation>
    </message>
    <message>
        <source>A new critical or high alarm is heard</source>
        <translation>優先度が緊急・高の新しい警報を音で知らせる</translation>
    </message>
    <message>
        <source>Play the sound</source>
        <translation>警報音を試す</translation>
    </message>
    <message>
        <source>Test this address</source>
        <translation>このアドレスを確認</translation>
    </message>
    <message>
        <source>Ask the first-run questions again</source>
        <translation>初回設定をやり直す</translation>
    </message>
    <message>
        <source>Put the layout back</source>
        <translation>画面配置を初期状態に戻す</translation>
    </message>
    <message>
        <source>Check again</source>
        <translation>再確認</translation>
    </message>
    <message>
        <source>Copy as text</source>
        <translation>テキストをコピー</translation>
    </message>
    <message>
        <source>Self-diagnosis</source>
        <translation>自己診断</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>言語</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>配色</translation>
    </message>
    <message>
        <source>Size of text</source>
        <translation>文字の大きさ</translation>
    </message>
    <message>
        <source>Lock my session</source>
        <translation>自動ロック</translation>
    </message>
    <message>
        <source>Address of the hub (from the next start)</source>
        <translation>ハブのアドレス(次回起動から有効)</translation>
    </message>
    <message>
        <source>Display</source>
        <translation>表示</translation>
    </message>
    <message>
        <source>Sound and session</source>
        <translation>音とセッション</translation>
    </message>
    <message>
        <source>Hub</source>
        <translation>ハブ</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>明るい</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>暗い</translation>
    </message>
    <message>
        <source>High contrast</source>
        <translation>高コントラスト</translation>
    </message>
    <message>
        <source>Asking the hub ...</source>
        <translation>ハブに確認中…</translation>
    </message>
    <message>
        <source>Copied.</source>
        <translation>コピーしました。</translation>
    </message>
    <message>
        <source>It counts now but could not be kept for the next start: {why}</source>
        <translation>今回は有効ですが、保存できませんでした: {why}</translation>
    </message>
</context>
<context>
    <name>Sheet</name>
    <message>
        <source>{at}  version {n}  {state}  ({by})</source>
        <translation>{at}  第{n}版  {state}  ({by})</translation>
    </message>
    <message>
        <source>No configuration was ever sent from here.</source>
        <translation>設定を送ったことはありません。</translation>
    </message>
</context>
<context>
    <name>ShelveDialog</name>
    <message>
        <source>For how long</source>
        <translation>保留時間</translation>
    </message>
    <message>
        <source>15 minutes</source>
        <translation>15分</translation>
    </message>
    <message>
        <source>1 hour</source>
        <translation>1時間</translation>
    </message>
    <message>
        <source>4 hours</source>
        <translation>4時間</translation>
    </message>
    <message>
        <source>8 hours (the longest)</source>
        <translation>8時間(最長)</translation>
    </message>
</context>
<context>
    <name>ShortcutsSheet</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>キーボード操作</translation>
    </message>
    <message>
        <source>Next or previous control</source>
        <translation>次または前の操作部へ</translation>
    </message>
    <message>
        <source>Previous or next row</source>
        <translation>前または次の行へ</translation>
    </message>
    <message>
        <source>In a plot: move the cursor by one point</source>
        <translation>グラフで: カーソルを1点ずつ動かす</translation>
    </message>
    <message>
        <source>In a large plot: zoom and move in time</source>
        <translation>大きいグラフ: 拡大縮小と時間移動</translation>
    </message>
    <message>
        <source>In a large plot: mark to measure from, follow the time</source>
        <translation>大きいグラフ: 差の基準を置く、現在に追従</translation>
    </message>
    <message>
        <source>In the map: search buildings, whole area</source>
        <translation>地図: 建物を検索、エリア全体を表示</translation>
    </message>
    <message>
        <source>In the map: plan, section ([ ] moves it), measure</source>
        <translation>地図: 平面、断面 ([ ] で移動)、計測</translation>
    </message>
</context>
<context>
    <name>SignInDialog</name>
    <message>
        <source>A hint only: whoever is chosen must show a certificate that is trusted.</source>
        <translation>参考情報です。選んだ相手の証明書が信頼できる場合だけ接続します。</translation>
    </message>
    <message>
        <source>Nothing announces itself here: ask your area manager for the address.</source>
        <translation>このネットワークでは見つかりません。アドレスはエリア管理者に確認してください。</translation>
    </message>
    <message>
        <source>Cannot look here: {why}</source>
        <translation>探せません: {why}</translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation>サインイン</translation>
    </message>
    <message>
        <source>The hub {url} asks who you are.</source>
        <translation>ハブ {url} へのサインインが必要です。</translation>
    </message>
    <message>
        <source>Look for other hubs on this network</source>
        <translation>このネットワークで他のハブを探す</translation>
    </message>
    <message>
        <source>Listening for hubs and gateways ...</source>
        <translation>ハブとゲートウェイを探しています…</translation>
    </message>
    <message>
        <source>That is the hub that asks already.</source>
        <translation>現在のハブです。</translation>
    </message>
    <message>
        <source>Asking {url} ...</source>
        <translation>{url} に問い合わせています…</translation>
    </message>
</context>
<context>
    <name>SignInForm</name>
    <message>
        <source>Name</source>
        <translation>名前</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>パスワード</translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation>サインイン</translation>
    </message>
    <message>
        <source>Asking the hub ...</source>
        <translation>ハブに確認中…</translation>
    </message>
</context>
<context>
    <name>SignInWiring</name>
    <message>
        <source>Name or password is wrong.</source>
        <translation>名前またはパスワードが正しくありません。</translation>
    </message>
</context>
<context>
    <name>StatisticsPanel</name>
    <message>
        <source>The last</source>
        <translation>過去</translation>
    </message>
    <message>
        <source>Span of the statistics</source>
        <translation>統計の期間</translation>
    </message>
    <message>
        <source>until {at}</source>
        <translation>({at} まで)</translation>
    </message>
    <message>
        <source>Alarms per hour</source>
        <translation>1時間あたりの警報</translation>
    </message>
    <message>
        <source>Not asked yet</source>
        <translation>未取得</translation>
    </message>
    <message>
        <source>Chattering</source>
        <translation>チャタリング</translation>
    </message>
    <message>
        <source>3 in 1 min</source>
        <translation>1分間に3回以上</translation>
    </message>
    <message>
        <source>Stale</source>
        <translation>長時間継続</translation>
    </message>
    <message>
        <source>active over 24 h</source>
        <translation>24時間以上継続</translation>
    </message>
    <message>
        <source>{n} alarms; one operator answers {target} per hour</source>
        <translation>{n}件。1人で対応できる目安は毎時{target}件</translation>
    </message>
    <message>
        <source>more than 10 in 10 min; {minutes} min in all</source>
        <translation>10分に10件超。合計{minutes}分</translation>
    </message>
    <message>
        <source>Floods</source>
        <translation>警報の集中</translation>
    </message>
    <message>
        <source>Mean time to acknowledge</source>
        <translation>確認までの平均時間</translation>
    </message>
    <message>
        <source>none was acknowledged</source>
        <translation>確認された警報なし</translation>
    </message>
    <message>
        <source>from raised to acknowledged</source>
        <translation>発生から確認まで</translation>
    </message>
    <message>
        <source>{line}, aim {aim}</source>
        <translation>{line} 目安 {aim}</translation>
    </message>
    <message>
        <source>By priority</source>
        <translation>優先度別</translation>
    </message>
    <message>
        <source>Most frequent</source>
        <translation>多い警報</translation>
    </message>
    <message>
        <source>none</source>
        <translation>なし</translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message>
        <source>Model district (invented)</source>
        <translation>モデル地区(架空)</translation>
    </message>
    <message>
        <source>Readings that wait on each gateway to be sent</source>
        <translation>各ゲートウェイで送信を待っている計測値の数</translation>
    </message>
    <message>
        <source>Connecting to the hub</source>
        <translation>ハブに接続中</translation>
    </message>
    <message>
        <source>Connected since {time}</source>
        <translation>接続中 ({time}から)</translation>
    </message>
    <message>
        <source>Reconnecting, hub lost at {time}</source>
        <translation>再接続中 ({time}に切断)</translation>
    </message>
    <message>
        <source>Offline, hub lost at {time}</source>
        <translation>オフライン ({time}に切断)</translation>
    </message>
    <message>
        <source>No data yet</source>
        <translation>データ未受信</translation>
    </message>
    <message>
        <source>Newest data {age} ago</source>
        <translation>最新データ {age}前</translation>
    </message>
    <message>
        <source>Queues: {list}</source>
        <translation>送信待ち: {list}</translation>
    </message>
    <message>
        <source>{name} never heard</source>
        <translation>{name} 未受信</translation>
    </message>
    <message>
        <source>{name} {n} (silent)</source>
        <translation>{name} {n} (応答なし)</translation>
    </message>
</context>
<context>
    <name>StepEntry</name>
    <message>
        <source>Date</source>
        <translation>日付</translation>
    </message>
    <message>
        <source>Review on</source>
        <translation>再評価の日</translation>
    </message>
    <message>
        <source>What is done</source>
        <translation>すること</translation>
    </message>
    <message>
        <source>Who</source>
        <translation>担当</translation>
    </message>
    <message>
        <source>Until</source>
        <translation>期限</translation>
    </message>
    <message>
        <source>What was seen, found or decided</source>
        <translation>見たこと・分かったこと・決めたこと</translation>
    </message>
    <message>
        <source>This ends the cycle</source>
        <translation>このサイクルを終える</translation>
    </message>
    <message>
        <source>Record step</source>
        <translation>この段階を記録</translation>
    </message>
    <message>
        <source>Begin anew</source>
        <translation>入力をやり直す</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>段階</translation>
    </message>
    <message>
        <source>Correct a step of cycle {n}</source>
        <translation>サイクル {n} の記録を直す</translation>
    </message>
    <message>
        <source>Record a step of cycle {n}</source>
        <translation>サイクル {n} の段階を記録する</translation>
    </message>
    <message>
        <source>Write what was seen, found or decided.</source>
        <translation>見たこと・分かったこと・決めたことを書いてください。</translation>
    </message>
    <message>
        <source>Write the date as YYYY-MM-DD.</source>
        <translation>日付は 2026-04-01 のように書いてください。</translation>
    </message>
    <message>
        <source>A plan needs at least one thing that is done.</source>
        <translation>計画には「すること」が1つ以上 必要です。</translation>
    </message>
    <message>
        <source>Each thing of the plan needs what, who and a date (YYYY-MM-DD).</source>
        <translation>計画の各行に、すること・担当・期限 (2026-04-01 の形) を書いてください。</translation>
    </message>
</context>
<context>
    <name>TaskForm</name>
    <message>
        <source>Cancel</source>
        <translation>キャンセル</translation>
    </message>
    <message>
        <source>Open the report</source>
        <translation>報告書を開く</translation>
    </message>
    <message>
        <source>What the tool says</source>
        <translation>ツールの出力</translation>
    </message>
    <message>
        <source>What came of it</source>
        <translation>結果</translation>
    </message>
    <message>
        <source>Choose ...</source>
        <translation>選択…</translation>
    </message>
</context>
<context>
    <name>TechnicianPage</name>
    <message>
        <source>From a blank card to data</source>
        <translation>空のカードからデータまで</translation>
    </message>
    <message>
        <source>Before this: write the card with area-tech image, stick its label on the box, plug the box in.</source>
        <translation>はじめに:area-tech image でカードを書き、ラベルを機器に貼り、電源とネットワークをつなぎます。</translation>
    </message>
    <message>
        <source>When it is needed</source>
        <translation>必要なとき</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>手順</translation>
    </message>
    <message>
        <source> ...</source>
        <translation> …</translation>
    </message>
    <message>
        <source> - done</source>
        <translation>:完了</translation>
    </message>
    <message>
        <source> - not done</source>
        <translation>:未完了</translation>
    </message>
</context>
<context>
    <name>TimeBanner</name>
    <message>
        <source>FORECAST</source>
        <translation>予測</translation>
    </message>
    <message>
        <source>REPLAY</source>
        <translation>再生中</translation>
    </message>
    <message>
        <source>Expected for {time}: sun, people and flood. Measured values are those of now.</source>
        <translation>{time} の予測(日照・人流・浸水)です。計測値は現在のものです。</translation>
    </message>
    <message>
        <source>Values and alarms as they were. Nothing can be commanded.</source>
        <translation>当時の値と警報を表示しています。操作はできません。</translation>
    </message>
    <message>
        <source>The past cannot be had: {why}</source>
        <translation>過去のデータを取得できません: {why}</translation>
    </message>
    <message>
        <source>Loading…</source>
        <translation>読み込み中…</translation>
    </message>
    <message>
        <source>Meanwhile {n} alarms of now wait.</source>
        <translation>現在、未確認の警報が{n}件あります。</translation>
    </message>
    <message>
        <source>Configuration then: {versions}</source>
        <translation>当時の設定版: {versions}</translation>
    </message>
</context>
<context>
    <name>TimeBar</name>
    <message>
        <source>One minute back</source>
        <translation>1分戻る</translation>
    </message>
    <message>
        <source>One minute forward</source>
        <translation>1分進む</translation>
    </message>
    <message>
        <source>To the alarm before</source>
        <translation>前の警報へ</translation>
    </message>
    <message>
        <source>To the next alarm</source>
        <translation>次の警報へ</translation>
    </message>
    <message>
        <source>Show the present</source>
        <translation>現在を表示</translation>
    </message>
    <message>
        <source>Live</source>
        <translation>現在へ</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>再生速度</translation>
    </message>
    <message>
        <source>Time shown; arrows step, Home is the present</source>
        <translation>表示時刻。矢印で移動、Homeで現在</translation>
    </message>
    <message>
        <source>LIVE</source>
        <translation>ライブ</translation>
    </message>
    <message>
        <source>REPLAY</source>
        <translation>再生中</translation>
    </message>
    <message>
        <source>FORECAST</source>
        <translation>予測</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>一時停止</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>再生</translation>
    </message>
</context>
<context>
    <name>TrendExports</name>
    <message>
        <source>Save what the trend shows</source>
        <translation>トレンドの表示内容を保存</translation>
    </message>
    <message>
        <source>The file cannot be written. {why}</source>
        <translation>ファイルを書き込めません。{why}</translation>
    </message>
    <message>
        <source>Written: {file}</source>
        <translation>書き込みました: {file}</translation>
    </message>
</context>
<context>
    <name>TrendPanel</name>
    <message>
        <source>10 min</source>
        <translation>10分</translation>
    </message>
    <message>
        <source>1 hour</source>
        <translation>1時間</translation>
    </message>
    <message>
        <source>24 hours</source>
        <translation>24時間</translation>
    </message>
    <message>
        <source>7 days</source>
        <translation>7日</translation>
    </message>
    <message>
        <source>30 days</source>
        <translation>30日</translation>
    </message>
    <message>
        <source>1 year</source>
        <translation>1年</translation>
    </message>
    <message>
        <source>Show the last {span}</source>
        <translation>直近{span}を表示</translation>
    </message>
    <message>
        <source>Trend</source>
        <translation>トレンド</translation>
    </message>
    <message>
        <source>Trend plot; the arrow keys move the cursor</source>
        <translation>トレンドのグラフ。矢印キーでカーソルを動かします</translation>
    </message>
    <message>
        <source>No values in this span</source>
        <translation>この期間の値はありません</translation>
    </message>
    <message>
        <source>Choose a device to see its trend.</source>
        <translation>機器を選ぶと、推移を表示します。</translation>
    </message>
</context>
<context>
    <name>TrendSetsButton</name>
    <message>
        <source>Saved</source>
        <translation>保存済み</translation>
    </message>
    <message>
        <source>Trends that you gave a name</source>
        <translation>名前を付けて保存したトレンド</translation>
    </message>
    <message>
        <source>Save what is shown ...</source>
        <translation>表示中の内容を保存…</translation>
    </message>
    <message>
        <source>Forget</source>
        <translation>削除</translation>
    </message>
    <message>
        <source>Save this trend</source>
        <translation>トレンドの保存</translation>
    </message>
    <message>
        <source>Name (at most {n} letters); one in use is replaced</source>
        <translation>名前({n}文字まで)。同じ名前は置き換えます</translation>
    </message>
</context>
<context>
    <name>TrendsPage</name>
    <message>
        <source>Series</source>
        <translation>系列</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>すべて外す</translation>
    </message>
    <message>
        <source>Filter by device or quantity</source>
        <translation>機器名・項目名で絞り込み</translation>
    </message>
    <message>
        <source>Filter the series</source>
        <translation>系列を絞り込む</translation>
    </message>
    <message>
        <source>Series to plot; Space ticks one</source>
        <translation>グラフに表示する系列。スペースキーで選びます</translation>
    </message>
    <message>
        <source>{n} of at most {most} shown</source>
        <translation>表示中 {n}/最大{most}</translation>
    </message>
</context>
<context>
    <name>TwinBar</name>
    <message>
        <source>Pictures on buildings</source>
        <translation>建物の写真を表示</translation>
    </message>
    <message>
        <source>Whole area</source>
        <translation>全体</translation>
    </message>
    <message>
        <source>Show the whole area (Home)</source>
        <translation>エリア全体を表示 (Home)</translation>
    </message>
    <message>
        <source>Plan</source>
        <translation>平面</translation>
    </message>
    <message>
        <source>From above, true to scale (P)</source>
        <translation>真上から正しい縮尺で表示 (P)</translation>
    </message>
    <message>
        <source>Section</source>
        <translation>断面</translation>
    </message>
    <message>
        <source>Cut the city open (X); [ and ] move the cut, with Shift they turn it</source>
        <translation>都市を断面で表示 (X)。[ と ] で移動、Shiftで回転</translation>
    </message>
    <message>
        <source>Measure</source>
        <translation>計測</translation>
    </message>
    <message>
        <source>Measure distance and height (M); Backspace takes a place back</source>
        <translation>距離と高さを計測 (M)。Backspaceで1点戻す</translation>
    </message>
    <message>
        <source>Views</source>
        <translation>視点</translation>
    </message>
    <message>
        <source>Saved views and pictures on buildings</source>
        <translation>保存した視点と建物の写真</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>書き出し</translation>
    </message>
    <message>
        <source>Pictures, video, glTF, 3D Tiles</source>
        <translation>画像・動画・glTF・3D Tiles</translation>
    </message>
    <message>
        <source>Picture (PNG), {n} times the size ...</source>
        <translation>画像 (PNG)、{n}倍の大きさ…</translation>
    </message>
    <message>
        <source>Video once around ...</source>
        <translation>一周する動画…</translation>
    </message>
    <message>
        <source>City as glTF ...</source>
        <translation>都市をglTFで…</translation>
    </message>
    <message>
        <source>City as 3D Tiles ...</source>
        <translation>都市を3D Tilesで…</translation>
    </message>
    <message>
        <source>Save this view ...</source>
        <translation>この視点を保存…</translation>
    </message>
    <message>
        <source>Forget a view</source>
        <translation>視点を削除</translation>
    </message>
    <message>
        <source>Save this view</source>
        <translation>この視点を保存</translation>
    </message>
    <message>
        <source>Name of the view</source>
        <translation>視点の名前</translation>
    </message>
</context>
<context>
    <name>TwinExports</name>
    <message>
        <source>Cancelled.</source>
        <translation>キャンセルしました。</translation>
    </message>
    <message>
        <source>Folder for the 3D Tiles</source>
        <translation>3D Tilesの保存先フォルダー</translation>
    </message>
    <message>
        <source>Folder for the video&apos;s pictures (ffmpeg is not installed)</source>
        <translation>動画の画像の保存先フォルダー (ffmpegがありません)</translation>
    </message>
    <message>
        <source>Write to a file</source>
        <translation>ファイルに保存</translation>
    </message>
    <message>
        <source>{path} cannot be written: choose another place.</source>
        <translation>{path} に書き込めません。別の場所を選んでください。</translation>
    </message>
    <message>
        <source>Writing {path}</source>
        <translation>{path} を書き出し中</translation>
    </message>
    <message>
        <source>Written: {path}. The area file names no geoid_m: heights count from the sea and lie too low on a globe.</source>
        <translation>書き込みました: {path}。地区ファイルにgeoid_mがないため、高さは標高のままで、地球儀上では低く表示されます。</translation>
    </message>
    <message>
        <source>Written: {path}</source>
        <translation>{path} に書き出しました</translation>
    </message>
</context>
<context>
    <name>TwinFrame</name>
    <message>
        <source>Opening the map ...</source>
        <translation>地図を開いています…</translation>
    </message>
</context>
<context>
    <name>ValuesPage</name>
    <message>
        <source>Filter by device, quantity, gateway, quality</source>
        <translation>機器・項目・ゲートウェイ・品質で絞り込み</translation>
    </message>
    <message>
        <source>Filter the values</source>
        <translation>計測値を絞り込む</translation>
    </message>
    <message>
        <source>Abnormal only</source>
        <translation>異常のみ</translation>
    </message>
    <message>
        <source>Live values of all devices</source>
        <translation>全機器の現在値</translation>
    </message>
    <message>
        <source>{shown} of {all} values</source>
        <translation>{all}件中 {shown}件</translation>
    </message>
</context>
<context>
    <name>WaitingPage</name>
    <message>
        <source>Fetching the area from the hub</source>
        <translation>ハブからエリア情報を取得しています</translation>
    </message>
</context>
<context>
    <name>WelcomeDialog</name>
    <message>
        <source>Cannot look here: {why}</source>
        <translation>探せません: {why}</translation>
    </message>
    <message>
        <source>Nothing announces itself here: ask your area manager for the address.</source>
        <translation>このネットワークでは見つかりません。アドレスはエリア管理者に確認してください。</translation>
    </message>
    <message>
        <source>A hint only: anybody on this network may have said so. Test the address.</source>
        <translation>参考情報です。同じネットワークの誰でも名乗れるため、アドレスを確認してください。</translation>
    </message>
    <message>
        <source>Welcome</source>
        <translation>ようこそ</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>言語</translation>
    </message>
    <message>
        <source>Your hub</source>
        <translation>接続するハブ</translation>
    </message>
    <message>
        <source>Who are you?</source>
        <translation>サインイン</translation>
    </message>
    <message>
        <source>In which language shall the console speak? It can be changed at any time.</source>
        <translation>コンソールの言語を選んでください。いつでも変更できます。</translation>
    </message>
    <message>
        <source>Where is the hub of your area? Without one, start the demo: make demo</source>
        <translation>エリアのハブのアドレスを入力してください。ハブがない場合はデモ(make demo)を起動できます。</translation>
    </message>
    <message>
        <source>Sign in with the name that your area manager gave you, or look around first.</source>
        <translation>エリア管理者から受け取った名前でサインインするか、まず画面をご覧ください。</translation>
    </message>
    <message>
        <source>Address of the hub</source>
        <translation>ハブのアドレス</translation>
    </message>
    <message>
        <source>Test this address</source>
        <translation>このアドレスを確認</translation>
    </message>
    <message>
        <source>Look on this network</source>
        <translation>ネットワーク内を探す</translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation>サインイン</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>戻る</translation>
    </message>
    <message>
        <source>Skip all</source>
        <translation>すべて省略</translation>
    </message>
    <message>
        <source>Asking the hub ...</source>
        <translation>ハブに確認中…</translation>
    </message>
    <message>
        <source>Listening for hubs and gateways ...</source>
        <translation>ハブとゲートウェイを探しています…</translation>
    </message>
    <message>
        <source>Finish</source>
        <translation>完了</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>次へ</translation>
    </message>
</context>
<context>
    <name>WideTrendPanel</name>
    <message>
        <source>Compare with nothing</source>
        <translation>比較なし</translation>
    </message>
    <message>
        <source>Compare with the day before</source>
        <translation>前日と比較</translation>
    </message>
    <message>
        <source>Compare with the week before</source>
        <translation>前週と比較</translation>
    </message>
    <message>
        <source>Compare with the forecast</source>
        <translation>予測と比較</translation>
    </message>
    <message>
        <source>What the lines are compared with</source>
        <translation>線の比較対象</translation>
    </message>
    <message>
        <source>Follow</source>
        <translation>追従</translation>
    </message>
    <message>
        <source>Show the time up to now again (Home)</source>
        <translation>現在までの表示に戻る(Home)</translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation>拡大</translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation>縮小</translation>
    </message>
    <message>
        <source>Statistics of what is visible</source>
        <translation>表示範囲の統計</translation>
    </message>
    <message>
        <source>the forecast is being made</source>
        <translation>予測を計算中</translation>
    </message>
    <message>
        <source>these series have no forecast</source>
        <translation>この系列に予測はありません</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>書き出し</translation>
    </message>
    <message>
        <source>Values as CSV</source>
        <translation>値をCSVで保存</translation>
    </message>
    <message>
        <source>Values and statistics as XLSX</source>
        <translation>値と統計をXLSXで保存</translation>
    </message>
    <message>
        <source>Picture as PNG</source>
        <translation>画像をPNGで保存</translation>
    </message>
    <message>
        <source>Report of the day…</source>
        <translation>日報…</translation>
    </message>
    <message>
        <source>Report of the month…</source>
        <translation>月報…</translation>
    </message>
</context>
<context>
    <name>WorkRow</name>
    <message>
        <source>Cancel</source>
        <translation>キャンセル</translation>
    </message>
    <message>
        <source>Close this message</source>
        <translation>このメッセージを閉じる</translation>
    </message>
</context>
<context>
    <name>_Banner</name>
    <message>
        <source>Close this message</source>
        <translation>このメッセージを閉じる</translation>
    </message>
</context>
<context>
    <name>_NoEnergy</name>
    <message>
        <source>This area has no energy side: add an [energy] table to its file.</source>
        <translation>この地区にはエネルギー設定がありません。地区ファイルに [energy] を追加してください。</translation>
    </message>
</context>
<context>
    <name>_StepLine</name>
    <message>
        <source>Copy</source>
        <translation>コピー</translation>
    </message>
</context>
</TS>
