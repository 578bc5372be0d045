import django.db.models.deletion
import django.db.models.functions.text
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('email', models.EmailField(max_length=254, unique=True, verbose_name='e-mail')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('zone', models.CharField(choices=[('Asia/Jakarta', 'WIB'), ('Asia/Makassar', 'WITA'), ('Asia/Jayapura', 'WIT')], default='Asia/Jakarta', max_length=20, verbose_name='time zone')),
                ('is_active', models.BooleanField(default=True)),
                ('joined_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Ballot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('points', models.DecimalField(decimal_places=4, max_digits=8)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Edition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(unique=True)),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('year', models.PositiveSmallIntegerField(verbose_name='year')),
                ('theme', models.CharField(blank=True, max_length=200, verbose_name='theme')),
                ('rules', models.JSONField()),
                ('announced_at', models.DateTimeField()),
                ('simulated', models.BooleanField(default=False)),
            ],
            options={
                'ordering': ['-year', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Institution',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=160, unique=True)),
                ('kind', models.CharField(choices=[('ministry', 'Ministry'), ('agency', 'Agency'), ('police', 'Police'), ('province', 'Provincial government'), ('regency', 'Regency government'), ('city', 'City government'), ('company', 'State or regional company'), ('university', 'University')], max_length=12)),
            ],
        ),
        migrations.CreateModel(
            name='LedgerHead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seq', models.PositiveBigIntegerField(default=0)),
                ('digest', models.CharField(default='', max_length=64)),
                ('public_seq', models.PositiveBigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('title_lower', models.GeneratedField(db_persist=True, expression=django.db.models.functions.text.Lower('title'), output_field=models.CharField(max_length=200))),
                ('category', models.CharField(blank=True, max_length=60, verbose_name='category')),
                ('begun_at', models.DateTimeField()),
                ('simulated', models.BooleanField(default=False)),
                ('begun_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='teladan.edition')),
            ],
        ),
        migrations.CreateModel(
            name='Endorsement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='endorsement', to='teladan.entry')),
            ],
        ),
        migrations.CreateModel(
            name='Filing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('at', models.DateTimeField(db_index=True)),
                ('content', models.JSONField()),
                ('digest', models.CharField(max_length=64)),
                ('receipt', models.CharField(max_length=24, unique=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='filing', to='teladan.entry')),
            ],
        ),
        migrations.CreateModel(
            name='Innovation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('summary', models.TextField(blank=True, verbose_name='summary')),
                ('summary_en', models.TextField(blank=True, verbose_name='summary in English')),
                ('category', models.CharField(blank=True, max_length=60, verbose_name='field of service')),
                ('started', models.DateField(blank=True, null=True, verbose_name='in use since')),
                ('kept', models.TextField(blank=True, verbose_name='what was kept')),
                ('adapted', models.TextField(blank=True, verbose_name='what was adapted')),
                ('left_out', models.TextField(blank=True, verbose_name='what was left out')),
                ('citation', models.TextField(blank=True)),
                ('uncertain', models.CharField(blank=True, max_length=300)),
                ('simulated', models.BooleanField(default=False)),
                ('registered_at', models.DateTimeField()),
                ('registered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('source', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replicas', to='teladan.innovation')),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='innovations', to='teladan.institution')),
            ],
        ),
        migrations.AddField(
            model_name='entry',
            name='innovation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='teladan.innovation'),
        ),
        migrations.CreateModel(
            name='Claim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('label', models.CharField(max_length=120)),
                ('value', models.DecimalField(blank=True, decimal_places=3, max_digits=18, null=True)),
                ('unit', models.CharField(blank=True, max_length=40)),
                ('year', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('source', models.TextField(blank=True)),
                ('simulated', models.BooleanField(default=False)),
                ('innovation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='claims', to='teladan.innovation')),
            ],
        ),
        migrations.CreateModel(
            name='Award',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.CharField(choices=[('unpsa_winner', 'United Nations Public Service Award'), ('unpsa_recognised', 'Recognised by the United Nations Public Service Awards'), ('top9', 'Top 9'), ('top25', 'Top 25'), ('top35', 'Top 35'), ('top40', 'Top 40'), ('top45', 'Top 45'), ('finalis', 'Finalist'), ('finalis_khusus', 'Finalist, special group'), ('top99', 'Top 99'), ('pkri_keberlanjutan', 'Sustainability monitoring, shortlisted'), ('pkri_replikasi', 'Replication monitoring, shortlisted'), ('provinsi_top30', 'Provincial Top 30'), ('kabupaten_top6', 'Regency Top 6'), ('kabupaten_lolos', "Passed the regency's selection"), ('kabupaten_lolos_replikasi', "Passed the regency's selection, replication"), ('lolos_administrasi', 'Passed administration')], max_length=30)),
                ('year', models.PositiveSmallIntegerField()),
                ('citation', models.TextField(blank=True)),
                ('uncertain', models.CharField(blank=True, max_length=300)),
                ('simulated', models.BooleanField(default=False)),
                ('code', models.CharField(blank=True, max_length=24, null=True, unique=True)),
                ('edition', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='awards', to='teladan.edition')),
                ('entry', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='awards', to='teladan.entry')),
                ('innovation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='awards', to='teladan.innovation')),
            ],
            options={
                'ordering': ['-year', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Ledger',
            fields=[
                ('seq', models.PositiveBigIntegerField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('act', models.CharField(max_length=60)),
                ('about', models.CharField(db_index=True, max_length=60)),
                ('facts', models.JSONField(default=dict)),
                ('public', models.BooleanField(default=False)),
                ('previous', models.CharField(max_length=64)),
                ('digest', models.CharField(max_length=64)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['seq'],
            },
        ),
        migrations.CreateModel(
            name='Mark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('aspect', models.CharField(max_length=40)),
                ('points', models.DecimalField(decimal_places=2, max_digits=5)),
                ('because', models.TextField()),
                ('ballot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='marks', to='teladan.ballot')),
            ],
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(max_length=200)),
                ('body', models.TextField()),
                ('about', models.CharField(blank=True, max_length=60)),
                ('queued_at', models.DateTimeField()),
                ('released_at', models.DateTimeField(blank=True, null=True)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('dropped_at', models.DateTimeField(blank=True, null=True)),
                ('dropped_because', models.CharField(blank=True, max_length=200)),
                ('to', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notices', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Pot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', models.PositiveBigIntegerField()),
                ('floor', models.PositiveBigIntegerField(default=0)),
                ('cap', models.PositiveBigIntegerField(blank=True, null=True)),
                ('divided_at', models.DateTimeField()),
                ('simulated', models.BooleanField(default=False)),
                ('divided_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('edition', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='pot', to='teladan.edition')),
            ],
        ),
        migrations.CreateModel(
            name='Grant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('weight', models.DecimalField(decimal_places=4, max_digits=12)),
                ('amount', models.PositiveBigIntegerField()),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='grants', to='teladan.institution')),
                ('pot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='grants', to='teladan.pot')),
            ],
            options={
                'ordering': ['-amount', 'institution__name'],
            },
        ),
        migrations.CreateModel(
            name='Proclamation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('decree', models.CharField(max_length=120, verbose_name='number of the decree')),
                ('ledger_seq', models.PositiveBigIntegerField()),
                ('ledger_digest', models.CharField(max_length=64)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('edition', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='proclamation', to='teladan.edition')),
            ],
        ),
        migrations.CreateModel(
            name='Reader',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('office', models.CharField(choices=[('evaluator', 'Evaluator'), ('panelist', 'Panelist')], max_length=20)),
                ('expertise', models.JSONField(blank=True, default=list)),
                ('pledged_at', models.DateTimeField(blank=True, null=True)),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='readers', to='teladan.edition')),
                ('institution', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='readers', to='teladan.institution')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='readings', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='DeclaredConflict',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('because', models.CharField(blank=True, max_length=200)),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teladan.institution')),
                ('reader', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='declared', to='teladan.reader')),
            ],
        ),
        migrations.CreateModel(
            name='Region',
            fields=[
                ('code', models.CharField(max_length=5, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=80)),
                ('kind', models.CharField(choices=[('provinsi', 'Province'), ('kabupaten', 'Regency'), ('kota', 'City')], max_length=10)),
                ('lat', models.FloatField(null=True)),
                ('lon', models.FloatField(null=True)),
                ('province', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='members', to='teladan.region')),
            ],
            options={
                'ordering': ['code'],
            },
        ),
        migrations.AddField(
            model_name='reader',
            name='home_region',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='readers', to='teladan.region'),
        ),
        migrations.AddField(
            model_name='institution',
            name='region',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='institutions', to='teladan.region'),
        ),
        migrations.CreateModel(
            name='Indicator',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60)),
                ('year', models.PositiveSmallIntegerField()),
                ('value', models.FloatField(null=True)),
                ('text', models.CharField(blank=True, max_length=60)),
                ('unit', models.CharField(blank=True, max_length=60)),
                ('source', models.TextField()),
                ('uncertain', models.BooleanField(default=False)),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='indicators', to='teladan.region')),
            ],
        ),
        migrations.CreateModel(
            name='IndexAward',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField()),
                ('category', models.CharField(max_length=80)),
                ('rank', models.PositiveSmallIntegerField(null=True)),
                ('score', models.CharField(blank=True, max_length=20)),
                ('citation', models.TextField()),
                ('uncertain', models.CharField(blank=True, max_length=300)),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='index_awards', to='teladan.region')),
            ],
            options={
                'ordering': ['-year', 'category'],
            },
        ),
        migrations.AddField(
            model_name='person',
            name='home_region',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='people', to='teladan.region'),
        ),
        migrations.CreateModel(
            name='Round',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rounds', to='teladan.edition')),
            ],
            options={
                'ordering': ['number'],
            },
        ),
        migrations.CreateModel(
            name='Plan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('certificate', models.JSONField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('round', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='plan', to='teladan.round')),
            ],
        ),
        migrations.CreateModel(
            name='Screening',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('passed', models.BooleanField()),
                ('reasons', models.JSONField(default=list)),
                ('note', models.TextField(blank=True)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='screening', to='teladan.entry')),
            ],
        ),
        migrations.CreateModel(
            name='Seal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('engine', models.CharField(max_length=20)),
                ('inputs', models.JSONField()),
                ('report', models.JSONField(default=dict)),
                ('digest', models.CharField(max_length=64)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('round', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='seal', to='teladan.round')),
            ],
        ),
        migrations.CreateModel(
            name='Seat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='seats', to='teladan.entry')),
                ('reader', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='seats', to='teladan.reader')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='seats', to='teladan.round')),
            ],
        ),
        migrations.CreateModel(
            name='Recusal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('because', models.TextField()),
                ('at', models.DateTimeField()),
                ('seat', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='recusal', to='teladan.seat')),
            ],
        ),
        migrations.CreateModel(
            name='Jotting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('marks', models.JSONField(default=dict)),
                ('version', models.PositiveIntegerField(default=0)),
                ('saved_at', models.DateTimeField()),
                ('seat', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='jotting', to='teladan.seat')),
            ],
        ),
        migrations.AddField(
            model_name='ballot',
            name='seat',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='ballot', to='teladan.seat'),
        ),
        migrations.CreateModel(
            name='SendBack',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('note', models.TextField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='send_backs', to='teladan.entry')),
            ],
        ),
        migrations.CreateModel(
            name='Standing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.PositiveIntegerField()),
                ('raw', models.DecimalField(decimal_places=4, max_digits=8)),
                ('adjusted', models.DecimalField(decimal_places=4, max_digits=8)),
                ('low', models.PositiveIntegerField()),
                ('high', models.PositiveIntegerField()),
                ('chance', models.DecimalField(decimal_places=4, max_digits=5)),
                ('stood', models.BooleanField()),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='standings', to='teladan.entry')),
                ('seal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='standings', to='teladan.seal')),
            ],
            options={
                'ordering': ['place', 'entry_id'],
            },
        ),
        migrations.CreateModel(
            name='Tally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reads', models.PositiveSmallIntegerField(default=0)),
                ('points', models.DecimalField(decimal_places=4, default=Decimal('0'), max_digits=12)),
                ('mean', models.DecimalField(decimal_places=4, default=Decimal('0'), max_digits=8)),
                ('spread', models.DecimalField(decimal_places=4, default=Decimal('0'), max_digits=8)),
                ('aspects', models.JSONField(default=dict)),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tallies', to='teladan.entry')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tallies', to='teladan.round')),
            ],
        ),
        migrations.CreateModel(
            name='Unit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=160)),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='units', to='teladan.institution')),
            ],
        ),
        migrations.CreateModel(
            name='OfficeTerm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('office', models.CharField(choices=[('unit', 'Service unit'), ('local-admin', 'Local admin'), ('secretariat', 'Secretariat'), ('evaluator', 'Evaluator'), ('panelist', 'Panelist'), ('minister', 'Minister'), ('treasury', 'Treasury'), ('auditor', 'Auditor')], max_length=20)),
                ('starts', models.DateField()),
                ('ends', models.DateField(blank=True, null=True)),
                ('institution', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='terms', to='teladan.institution')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='terms', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='terms', to='teladan.unit')),
            ],
        ),
        migrations.AddField(
            model_name='innovation',
            name='unit',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='innovations', to='teladan.unit'),
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('about', models.CharField(db_index=True, max_length=60)),
                ('name', models.CharField(max_length=200)),
                ('note', models.CharField(blank=True, max_length=60)),
                ('kind', models.CharField(max_length=100)),
                ('size', models.PositiveBigIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('handed_at', models.DateTimeField()),
                ('handed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('about', 'sha256'), name='a_file_is_attached_once', violation_error_message='This very file is attached already.')],
            },
        ),
        migrations.CreateModel(
            name='Amendment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('reason', models.TextField()),
                ('changed', models.JSONField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='amendments', to='teladan.edition')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='amendment_gives_a_reason', violation_error_message='Say why the rules change.')],
            },
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('aspect', models.CharField(max_length=40)),
                ('text', models.TextField(blank=True)),
                ('words', models.PositiveIntegerField(default=0)),
                ('version', models.PositiveIntegerField(default=0)),
                ('saved_at', models.DateTimeField()),
                ('saved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='teladan.entry')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('entry', 'aspect'), name='one_answer_an_aspect')],
            },
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(fields=['edition', 'id'], name='entry_by_edition'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(fields=['edition', 'title_lower'], name='entry_by_title'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.UniqueConstraint(fields=('edition', 'innovation'), name='an_innovation_enters_an_edition_once', violation_error_message='This innovation has an entry in this edition already.'),
        ),
        migrations.AddConstraint(
            model_name='claim',
            constraint=models.CheckConstraint(condition=models.Q(('value', None), models.Q(('year__isnull', False), models.Q(('source', ''), _negated=True)), _connector='OR'), name='figure_has_year_and_source', violation_error_message='A figure needs its year and its source.'),
        ),
        migrations.AddConstraint(
            model_name='award',
            constraint=models.CheckConstraint(condition=models.Q(('edition__isnull', False), models.Q(('citation', ''), _negated=True), _connector='OR'), name='honour_is_proclaimed_or_cited', violation_error_message='An honour from outside names its source.'),
        ),
        migrations.AddConstraint(
            model_name='award',
            constraint=models.UniqueConstraint(condition=models.Q(('edition__isnull', False)), fields=('innovation', 'edition', 'level'), name='honoured_once_an_edition'),
        ),
        migrations.AddIndex(
            model_name='ledger',
            index=models.Index(condition=models.Q(('public', True)), fields=['seq'], name='ledger_public_lines'),
        ),
        migrations.AddConstraint(
            model_name='mark',
            constraint=models.UniqueConstraint(fields=('ballot', 'aspect'), name='one_mark_an_aspect', violation_error_message='This aspect is marked already.'),
        ),
        migrations.AddConstraint(
            model_name='mark',
            constraint=models.CheckConstraint(condition=models.Q(('points__gte', 0), ('points__lte', 100)), name='mark_within_scale', violation_error_message='Points run from 0 to 100.'),
        ),
        migrations.AddConstraint(
            model_name='mark',
            constraint=models.CheckConstraint(condition=models.Q(('because', ''), _negated=True), name='mark_gives_a_reason', violation_error_message='Say why: a mark without a reason is void.'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(fields=['sent_at', 'dropped_at', 'id'], name='notice_waiting'),
        ),
        migrations.AddConstraint(
            model_name='pot',
            constraint=models.CheckConstraint(condition=models.Q(('cap', None), ('cap__gte', models.F('floor')), _connector='OR'), name='cap_not_below_floor', violation_error_message='The cap cannot be lower than the floor.'),
        ),
        migrations.AddConstraint(
            model_name='grant',
            constraint=models.UniqueConstraint(fields=('pot', 'institution'), name='one_grant_an_institution'),
        ),
        migrations.AddConstraint(
            model_name='grant',
            constraint=models.CheckConstraint(condition=models.Q(('weight__gt', 0)), name='grant_has_weight'),
        ),
        migrations.AddConstraint(
            model_name='declaredconflict',
            constraint=models.UniqueConstraint(fields=('reader', 'institution'), name='conflict_declared_once'),
        ),
        migrations.AddConstraint(
            model_name='reader',
            constraint=models.UniqueConstraint(fields=('edition', 'person', 'office'), name='a_reader_is_enlisted_once', violation_error_message='This person reads in this edition already.'),
        ),
        migrations.AddIndex(
            model_name='indicator',
            index=models.Index(fields=['region', 'name', '-year'], name='indicator_lookup'),
        ),
        migrations.AddConstraint(
            model_name='round',
            constraint=models.UniqueConstraint(fields=('edition', 'number'), name='round_numbered_once'),
        ),
        migrations.AddIndex(
            model_name='seat',
            index=models.Index(fields=['reader', 'round'], name='seat_by_reader'),
        ),
        migrations.AddConstraint(
            model_name='seat',
            constraint=models.UniqueConstraint(fields=('round', 'entry', 'reader'), name='seated_once'),
        ),
        migrations.AddIndex(
            model_name='standing',
            index=models.Index(fields=['seal', 'place'], name='standing_by_place'),
        ),
        migrations.AddConstraint(
            model_name='standing',
            constraint=models.UniqueConstraint(fields=('seal', 'entry'), name='one_standing_a_round'),
        ),
        migrations.AddIndex(
            model_name='tally',
            index=models.Index(fields=['round', '-mean', 'entry'], name='tally_by_mean'),
        ),
        migrations.AddConstraint(
            model_name='tally',
            constraint=models.UniqueConstraint(fields=('round', 'entry'), name='one_tally_an_entry'),
        ),
        migrations.AddConstraint(
            model_name='unit',
            constraint=models.UniqueConstraint(fields=('institution', 'name'), name='unit_named_once'),
        ),
        migrations.AddIndex(
            model_name='officeterm',
            index=models.Index(fields=['person', 'starts'], name='term_by_person'),
        ),
        migrations.AddConstraint(
            model_name='officeterm',
            constraint=models.CheckConstraint(condition=models.Q(('ends', None), ('ends__gte', models.F('starts')), _connector='OR'), name='term_ends_after_it_starts', violation_error_message='A term cannot end before it starts.'),
        ),
        migrations.AddConstraint(
            model_name='officeterm',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('office__in', ['unit', 'local-admin']), _negated=True), ('institution__isnull', False), _connector='OR'), name='local_office_names_its_institution', violation_error_message='This office is held in an institution; name it.'),
        ),
        migrations.AddConstraint(
            model_name='officeterm',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('office', 'unit'), _negated=True), ('unit__isnull', False), _connector='OR'), name='unit_office_names_its_unit', violation_error_message='This office is held in a unit; name it.'),
        ),
        migrations.AddIndex(
            model_name='innovation',
            index=models.Index(fields=['institution', 'title'], name='innovation_lookup'),
        ),
        migrations.AddConstraint(
            model_name='innovation',
            constraint=models.CheckConstraint(condition=models.Q(('source', None), models.Q(('adapted', ''), _negated=True), _connector='OR'), name='imitation_names_its_modification', violation_error_message='Whoever imitates says what was adapted.'),
        ),
        migrations.AddConstraint(
            model_name='innovation',
            constraint=models.CheckConstraint(condition=models.Q(('source', None), models.Q(('source', models.F('id')), _negated=True), _connector='OR'), name='no_innovation_is_its_own_source', violation_error_message='An innovation cannot be its own source.'),
        ),
    ]
